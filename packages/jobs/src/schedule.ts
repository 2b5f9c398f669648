import { LmiError, type ScheduleTime } from '@lmi/kit';
import type * as cronModule from 'cron-parser';

const SHORTEST_MS = 100;

/**
 * The next time after `from`, both in epoch milliseconds.
 * @throws LmiError invalid-argument for an interval under 100 ms or a malformed cron expression.
 */
export function nextRun(time: ScheduleTime, from: number): number {
  if ('everyMs' in time) {
    if (Number.isInteger(time.everyMs) && time.everyMs >= SHORTEST_MS) return from + time.everyMs;
    throw new LmiError('invalid-argument', `everyMs: not a whole number from ${SHORTEST_MS}`, {
      field: 'everyMs',
    });
  }
  // Only who schedules by cron pays for its parser.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { CronExpressionParser } = require('cron-parser') as typeof cronModule;
  try {
    // The parser fills up what is left out and takes seconds too; a schedule should say what it means.
    if (time.cron.trim().split(/\s+/).length !== 5) throw new Error('not five fields');
    return CronExpressionParser.parse(time.cron, { currentDate: new Date(from), tz: 'UTC' })
      .next()
      .getTime();
  } catch (cause) {
    const message = `cron: "${time.cron}" is not five fields of minute, hour, day, month, weekday`;
    throw new LmiError('invalid-argument', message, { field: 'cron', cause });
  }
}
