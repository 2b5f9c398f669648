import { LmiError, valueOfPart, type Part as CallPart } from '@lmi/kit';
import { z } from 'zod';
import { isPassing, problemOf } from '../http/problem';

/** Answers of several services in one: a part that cannot be had says why and does not fail the rest. */

/** Parts are given up so long before the request, so that the others still go out. */
export const PART_MARGIN_MS = 150;

const missing = {
  status: z.enum(['not-available', 'unavailable']).meta({
    description: 'not-available: no source supports the part; unavailable: it could not be got now.',
  }),
  detail: z.string(),
};

export function part<S extends z.ZodRawShape>(shape: S) {
  return z.discriminatedUnion('status', [z.object({ status: z.literal('ok'), ...shape }), z.object(missing)]);
}

export interface MissingPart {
  readonly status: 'not-available' | 'unavailable';
  readonly detail: string;
}

export type Part<T> = { value: T } | { error: LmiError };

export async function settle<T>(call: Promise<T>): Promise<Part<T>> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof LmiError) return { error };
    throw error;
  }
}

/** One part of what came in one call. When the whole call failed, each of its parts failed so. */
export function partIn<R, T>(from: Part<R>, read: (reply: R) => CallPart<T> | undefined): Part<T> {
  if ('error' in from) return from;
  try {
    return { value: valueOfPart(read(from.value)) };
  } catch (error) {
    if (error instanceof LmiError) return { error };
    throw error;
  }
}

export function errorsOf(part: Part<unknown>): LmiError[] {
  return 'error' in part ? [part.error] : [];
}

export function answerPart<T, A extends object>(
  from: Part<T>,
  make: (value: T) => A,
): ({ status: 'ok' } & A) | MissingPart {
  if ('value' in from) return { status: 'ok', ...make(from.value) };
  const { error } = from;
  return { status: isPassing(error) ? 'unavailable' : 'not-available', detail: problemOf(error).detail };
}
