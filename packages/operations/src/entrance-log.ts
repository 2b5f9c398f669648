import { open, stat } from 'node:fs/promises';

/** One request, as nginx logged it. */
export interface EntranceLine {
  /** When it was answered, in seconds since 1970. */
  readonly end: number;
  readonly trace_id: string;
  readonly span_id: string;
  /** Of the caller; "" without one. */
  readonly parent_id: string;
  /** "01": the request is traced. */
  readonly flags: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly seconds: number;
  /** As nginx has it; "" where its cache took no part. */
  readonly cache: string;
  /** Six digits; see SYSTEM_NUMBERS. */
  readonly system: string;
  /** Versions of the releases that the answer names, separated by ", ". */
  readonly releases: string;
}

const texts = ['trace_id', 'span_id', 'parent_id', 'flags', 'method', 'path', 'cache', 'system', 'releases'];
const numbers = ['end', 'status', 'seconds'];

/** Checked by hand: there may be tens of thousands a second. */
function isLine(value: unknown): value is EntranceLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<string, unknown>;
  return (
    texts.every((name) => typeof line[name] === 'string') &&
    numbers.every((name) => typeof line[name] === 'number')
  );
}

const CHUNK = 1 << 18;

/** Where the log was read up to: of which file, and how far. */
export interface LogPosition {
  readonly inode: number;
  readonly offset: number;
}

/** Reads the log of nginx as it grows. A new file at the same place is read from its beginning. */
export class EntranceLog {
  private position: LogPosition | undefined;
  behind = 0;

  /** @param position where to go on; undefined: what is there now is not counted. */
  constructor(
    private readonly file: string,
    position: LogPosition | undefined,
    private readonly onLine: (line: EntranceLine) => void,
  ) {
    this.position = position;
  }

  /** Reads what is new. @returns where it has come to; undefined while there is no file. */
  async read(): Promise<LogPosition | undefined> {
    const found = await stat(this.file).catch(() => undefined);
    if (!found) return this.position;
    const { ino: inode, size } = found;
    if (!this.position) return (this.position = { inode, offset: size });
    let { offset } = this.position;
    if (this.position.inode !== inode || offset > size) offset = 0;
    const handle = await open(this.file, 'r');
    try {
      const buffer = Buffer.allocUnsafe(CHUNK);
      while (offset < size) {
        const { bytesRead } = await handle.read(buffer, 0, CHUNK, offset);
        const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a);
        // A line that is being written, or one longer than any of ours.
        if (end < 0) {
          if (bytesRead === CHUNK) offset += bytesRead;
          break;
        }
        for (const text of buffer.toString('utf8', 0, end).split('\n')) this.take(text);
        offset += end + 1;
        this.behind = size - offset;
      }
    } finally {
      await handle.close();
    }
    return (this.position = { inode, offset });
  }

  private take(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    if (isLine(value)) this.onLine(value);
  }
}

/** nginx answered it itself, out of its cache or with an error of its own. */
export function answeredByEntrance({ cache, status }: EntranceLine): boolean {
  return ['HIT', 'STALE', 'UPDATING', 'REVALIDATED'].includes(cache) && status < 500;
}
