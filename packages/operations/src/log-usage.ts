import type { Database } from '@lmi/kit';
import type { LogPosition } from './entrance-log';
import { changeRecord, listRecords, readRecord } from './records';
import { addUsage, UsageCounter, type CountedDays, type UsageEvent } from './usage';

/** A log that nobody has read for so long is gone, as its pod is. */
const FORGET_DAYS = 30;

interface StoredPosition extends LogPosition {
  /** When it was stored, "2026-11-30". */
  readonly day: string;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const same = (a: LogPosition | undefined, b: LogPosition | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.head === b.head && a.offset === b.offset;

/**
 * Usage that is counted from a log. What was counted and how far it was read are stored in one transaction, so that each line counts
 * once whenever its reader is killed, and by one of several readers.
 */
export class LogUsage {
  private readonly counter = new UsageCounter();
  private stored: StoredPosition | undefined;
  /** Asked to be stored, without an answer: it may be there. */
  private unsure: { readonly days: CountedDays; readonly position: StoredPosition } | undefined;

  /** @param name of the log: one for each nginx. */
  constructor(
    private readonly db: Database,
    private readonly name: string,
  ) {}

  /** @returns where to go on; undefined for a log that nobody has read. */
  async open(): Promise<LogPosition | undefined> {
    const records = await listRecords(this.db, 'log-position', '');
    const positions = new Map(records.map(({ name, body }) => [name, JSON.parse(body) as StoredPosition]));
    this.stored = positions.get(this.name);
    const forgotten = dayOf(Date.now() - FORGET_DAYS * 24 * 3_600_000);
    const old = [...positions].filter(([name, { day }]) => name !== this.name && day < forgotten);
    if (old.length > 0) {
      await this.db.write(async (writer) => {
        for (const [name] of old)
          await writer.run('DELETE FROM operations_record WHERE kind = ? AND name = ?', [
            'log-position',
            name,
          ]);
      });
    }
    return this.stored;
  }

  add(event: UsageEvent): void {
    this.counter.add(event);
  }

  /**
   * Stores what was counted up to a position. What cannot be stored now is kept, and stored the next time.
   * @returns where to go on. It is another position where another process has read this log, or the database was brought back to an
   * older state: what was counted here since then is dropped, to be read again.
   */
  async store(position: LogPosition): Promise<LogPosition | undefined> {
    while (this.unsure || this.isNews(position)) {
      this.unsure ??= { days: this.counter.take(), position: { ...position, day: dayOf(Date.now()) } };
      const { days, position: wanted } = this.unsure;
      this.stored = await this.storeOnce(days, wanted);
      this.unsure = undefined;
      if (same(this.stored, wanted)) continue;
      this.counter.take();
      return this.stored;
    }
    return position;
  }

  /** A position that does not change is stored once a day, as a sign of life. */
  private isNews(position: LogPosition): boolean {
    return !same(position, this.stored) || this.stored?.day !== dayOf(Date.now());
  }

  /** @returns what is there afterwards: another position than wanted means that nothing was stored. */
  private async storeOnce(days: CountedDays, wanted: StoredPosition): Promise<StoredPosition | undefined> {
    let found: StoredPosition | undefined = wanted;
    await addUsage(this.db, days, async (writer) => {
      const before = await readRecord<StoredPosition>(writer, 'log-position', this.name);
      if (!same(before, this.stored)) {
        found = before;
        return false;
      }
      await changeRecord<StoredPosition>(writer, 'log-position', this.name, () => wanted);
      return true;
    });
    return found;
  }
}
