import { LmiError } from '../errors';
import type { CallContext } from '../ports/calls';

/** Taken off the deadline at each hop, so that the inner service times out first and can say why. */
export const HOP_MARGIN_MS = 20;

/** Does the work unless the context's deadline has passed; rejects with deadline-exceeded when it passes meanwhile. */
export async function withDeadline<T>(work: () => Promise<T>, context: CallContext): Promise<T> {
  const left = context.deadline - Date.now();
  if (left <= 0) throw new LmiError('deadline-exceeded', 'the deadline had passed before the call');
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work(),
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
