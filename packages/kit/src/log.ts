import pino from 'pino';

/** JSON lines on standard error; never request bodies, addresses or other personal data. */
export type Log = pino.Logger;

export function createLog(level: string): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
