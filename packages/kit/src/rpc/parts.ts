import { errorCodes, LmiError } from '../errors';

/** An error as a message carries it, for one of several answers of a call. Unset fields are empty. */
export interface PartError {
  code: string;
  message: string;
  field: string;
  validValues: string[];
}

/** One of several answers of a call: a value, or why there is none. */
export interface Part<T> {
  value: T | undefined;
  error: PartError | undefined;
}

/** The service's side. An error that is not of the vocabulary fails the whole call. */
export async function partOf<T>(make: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await make(), error: undefined };
  } catch (error) {
    if (!(error instanceof LmiError) || error.code === 'internal') throw error;
    const { code, message, field = '', validValues = [] } = error;
    return { value: undefined, error: { code, message, field, validValues: [...validValues] } };
  }
}

/** The caller's side. @throws LmiError the error of the part. */
export function valueOfPart<T>(part: Part<T> | undefined): T {
  if (part?.value !== undefined) return part.value;
  const { code, message, field, validValues } = part?.error ?? missing;
  throw new LmiError(errorCodes.find((known) => known === code) ?? 'unavailable', message, {
    ...(field === '' ? {} : { field }),
    ...(validValues.length === 0 ? {} : { validValues }),
  });
}

const missing: PartError = { code: 'unavailable', message: 'no such part came', field: '', validValues: [] };
