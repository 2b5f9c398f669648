import { LmiError } from '../errors';
import type { CallContext } from '../ports/calls';

/** Taken off the deadline at each hop, so that the inner service times out first and can say why. */
export const HOP_MARGIN_MS = 20;

/** Rejects with deadline-exceeded when the context's deadline passes before the promise settles. */
export async function withDeadline<T>(promise: Promise<T>, context: CallContext): Promise<T> {
  const left = context.deadline - Date.now();
  if (left <= 0) {
    promise.catch(() => undefined);
    throw new LmiError('deadline-exceeded', 'the deadline had passed before the call');
  }
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new LmiError('deadline-exceeded', 'the call took longer than its deadline')),
          left,
        );
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
