import { errorCodes, LmiError, type ErrorDetails } from '@lmi/kit';
import { UnrecoverableError } from 'bullmq';
import { isFinal } from './retry';

const TYPED = 'lmi:';

/** The queue keeps one text of a failure; a typed error is written so that it comes back typed. */
export function toQueue(error: unknown): Error {
  const text =
    error instanceof LmiError
      ? TYPED +
        JSON.stringify({
          code: error.code,
          message: error.message,
          field: error.field,
          validValues: error.validValues,
        })
      : messageOf(error);
  return isFinal(error) ? new UnrecoverableError(text) : new Error(text);
}

export function fromQueue(text: string): Error {
  if (text.startsWith(TYPED)) {
    try {
      const { code, message, ...details } = JSON.parse(text.slice(TYPED.length)) as ErrorDetails & LmiError;
      if (errorCodes.includes(code)) return new LmiError(code, message, details);
    } catch {
      // Not ours after all: the text is all there is.
    }
  }
  return new Error(text);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
