import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** One request, as nginx logged it. */
export interface EntranceLine {
  /** When it was answered, in seconds since 1970. */
  readonly end: number;
  readonly trace_id: string;
  /** 32 digits; the first half is the id of nginx's span. */
  readonly request_id: string;
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

const texts = [
  'trace_id',
  'request_id',
  'parent_id',
  'flags',
  'method',
  'path',
  'cache',
  'system',
  'releases',
];
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
/** Time and trace id are in it, so that no other file of the same log begins with the same. */
const HEAD = 512;
/** nginx is done with a file that was put aside when it has written nothing to it for so long. */
const SETTLED_MS = 2_000;

/** Where the log was read up to: of which file, and how far. */
export interface LogPosition {
  /** Tells files apart by how they begin: a new one may have the inode of one that was removed. */
  readonly head: string;
  readonly offset: number;
  /** The file before, which was read to its end; "" where none was. */
  readonly done: string;
}

interface LogFile {
  readonly handle: FileHandle;
  readonly head: string;
  readonly size: number;
  /** Epoch milliseconds of the last line. */
  readonly changed: number;
}

export interface EntranceLogOptions {
  readonly file: string;
  /** Where to go on; undefined: at the beginning. */
  readonly position: LogPosition | undefined;
  readonly onLine: (line: EntranceLine) => void;
  /** Some of the log was gone before it was read. */
  readonly onLost: () => void;
}

/**
 * Reads the log of nginx as it grows. When it becomes too long it is put aside as `<file>.1` and begun anew: the rest of that one is
 * read first.
 */
export class EntranceLog {
  position: LogPosition | undefined;
  /** Bytes that are not read yet. */
  behind = 0;

  constructor(private readonly options: EntranceLogOptions) {
    this.position = options.position;
  }

  /**
   * Reads what is new.
   * @param atEnd nothing more is written: what was put aside is whole.
   * @returns where it has come to; undefined while there is no line.
   */
  async read(atEnd = false): Promise<LogPosition | undefined> {
    const { file } = this.options;
    const opened: LogFile[] = [];
    try {
      // In this order: what is put aside meanwhile is found twice, and not missed.
      for (const name of [file, `${file}.1`]) {
        const found = await openLog(name);
        if (found) opened.unshift(found);
      }
      await this.readOn(opened[0]?.head === opened[1]?.head ? opened.slice(1) : opened, atEnd);
    } finally {
      await Promise.all(opened.map(({ handle }) => handle.close()));
    }
    return this.position;
  }

  private async readOn(files: readonly LogFile[], atEnd: boolean): Promise<void> {
    const last = this.position;
    let at = files.findIndex(({ head }) => head === last?.head);
    if (at < 0) {
      at = files.findIndex(({ head }) => head !== last?.done);
      // An emptied file was the last one: nothing is known to be lost.
      if (last && files.length > 1 && at === 0) this.options.onLost();
    }
    for (; at >= 0 && at < files.length; at++) {
      const found = files[at]!;
      const offset = this.position?.head === found.head ? this.position.offset : 0;
      const done = this.position?.head === found.head ? this.position.done : (this.position?.head ?? '');
      this.position = { head: found.head, offset: await this.readFile(found, offset), done };
      const unsettled = !atEnd && at + 1 < files.length && Date.now() - found.changed < SETTLED_MS;
      this.behind = found.size - this.position.offset + (unsettled ? files[at + 1]!.size : 0);
      if (unsettled) break;
    }
  }

  private async readFile({ handle, size }: LogFile, from: number): Promise<number> {
    let offset = from;
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
    return offset;
  }

  private take(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    if (isLine(value)) this.options.onLine(value);
  }
}

/** @returns undefined where there is no file, or no line in it. */
async function openLog(file: string): Promise<LogFile | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const buffer = Buffer.alloc(HEAD);
    const { bytesRead } = await handle.read(buffer, 0, HEAD, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(0x0a);
    if (end < 0 && bytesRead < HEAD) {
      await handle.close();
      return undefined;
    }
    const head = createHash('sha256')
      .update(buffer.subarray(0, end < 0 ? HEAD : end))
      .digest('hex')
      .slice(0, 16);
    const { size, mtimeMs: changed } = await handle.stat();
    return { handle, head, size, changed };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** nginx answered it itself, out of its cache or with an error of its own. */
export function answeredByEntrance({ cache, status }: EntranceLine): boolean {
  return ['HIT', 'STALE', 'UPDATING', 'REVALIDATED'].includes(cache) && status < 500;
}
