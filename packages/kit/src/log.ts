import pino from 'pino';
import { currentSpan } from './observe/tracer';

/** JSON lines on standard error; never request bodies, addresses or other personal data. */
export type Log = pino.Logger;

/** Gets each error that is logged as one. */
export type ErrorSink = (
  error: Error,
  details: { readonly traceId?: string; readonly errorId?: string },
) => void;

const ERROR_LEVEL = 50;
let sink: ErrorSink | undefined;

/** From now on all logs of this process tell their errors to the sink too. */
export function setErrorSink(next: ErrorSink | undefined): void {
  sink = next;
}

export function createLog(level: string): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Lines written inside a sampled trace lead to it; others name the trace where they know it.
      mixin: () => {
        const span = currentSpan();
        return span ? { traceId: span.traceId, spanId: span.spanId } : {};
      },
      hooks: {
        logMethod(args, method, lineLevel) {
          method.apply(this, args);
          if (lineLevel < ERROR_LEVEL || !sink) return;
          const fields = args[0] as unknown as { err?: unknown; traceId?: string; errorId?: string };
          const { traceId = currentSpan()?.traceId, errorId } = fields;
          const error = fields.err instanceof Error ? fields.err : new Error(String(args[1] ?? args[0]));
          sink(error, { ...(traceId ? { traceId } : {}), ...(errorId ? { errorId } : {}) });
        },
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
