/** Finds source files: a file, a folder, a zip archive or an http(s) address, all seen as a flat list of files. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { LmiError, type SourceFileRecord } from '@lmi/kit';
import { unzipSync } from 'fflate';
import type { SourceFile } from './dataset';

export interface FindOptions {
  /** Milliseconds for a whole download. */
  readonly timeoutMs?: number;
  /** Largest file that is read, in bytes: guards memory against a wrong address or a bloated archive. */
  readonly maxBytes?: number;
  readonly maxRedirects?: number;
}

const defaults = { timeoutMs: 120_000, maxBytes: 200 * 1024 * 1024, maxRedirects: 5 };

/**
 * Lists the files at a path or address. Folders are read recursively; archives among the files are opened and
 * their entries listed instead of them, with the archive as leading part of the path.
 * @throws LmiError invalid-argument naming a missing path, a damaged archive or a failed download.
 */
export async function findSources(from: string, options: FindOptions = {}): Promise<SourceFile[]> {
  const limits = { ...defaults, ...options };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(from)) {
    const { name, content } = await download(from, limits);
    if (isArchive(name)) return archiveEntries(name, content, limits.maxBytes);
    return [{ name, path: name, read: async () => content }];
  }
  const found = await stat(from).catch((cause: unknown) => {
    throw new LmiError('invalid-argument', `no file or folder at ${from}`, { field: 'from', cause });
  });
  if (!found.isDirectory()) return openFile(from, basename(from), limits.maxBytes);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: SourceFile[] = [];
  for (const path of paths) {
    files.push(...(await openFile(path, relative(from, path).split(sep).join('/'), limits.maxBytes)));
  }
  return files;
}

/** Name, SHA-256 (hex) and size of one source file. */
export async function checksumOf(file: SourceFile): Promise<SourceFileRecord> {
  const content = await file.read();
  return {
    name: file.name,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
  };
}

async function openFile(path: string, shown: string, maxBytes: number): Promise<SourceFile[]> {
  const read = async (): Promise<Buffer> => {
    const { size } = await stat(path);
    if (size > maxBytes) throw tooLarge(shown, maxBytes);
    return readFile(path);
  };
  if (isArchive(path)) return archiveEntries(shown, await read(), maxBytes);
  return [{ name: basename(path), path: shown, read }];
}

function isArchive(name: string): boolean {
  return /\.zip$/i.test(name);
}

/** Entries are inflated when they are read: an archive of many workbooks stays small in memory. */
function archiveEntries(archive: string, content: Buffer, maxBytes: number): SourceFile[] {
  return listArchive(archive, content).map(({ name, size }) => ({
    name: basename(name),
    path: `${archive}/${name}`,
    read: async () => {
      if (size > maxBytes) throw tooLarge(`${archive}/${name}`, maxBytes);
      return inflateEntry(archive, content, name);
    },
  }));
}

interface ArchiveEntry {
  readonly name: string;
  readonly size: number;
}

function listArchive(archive: string, content: Buffer): ArchiveEntry[] {
  const entries: ArchiveEntry[] = [];
  try {
    unzipSync(content, {
      filter: ({ name, originalSize, size }) => {
        entries.push({ name, size: Math.max(size, originalSize) });
        return false;
      },
    });
  } catch (cause) {
    throw damaged(archive, 'its directory cannot be read', cause);
  }
  return entries.filter(({ name }) => !name.endsWith('/') && !basename(name).startsWith('.'));
}

function inflateEntry(archive: string, content: Buffer, name: string): Buffer {
  let inflated: Uint8Array | undefined;
  try {
    inflated = unzipSync(content, { filter: (entry) => entry.name === name })[name];
  } catch (cause) {
    throw damaged(archive, `entry ${name} cannot be unpacked`, cause);
  }
  if (!inflated || crc32(inflated) !== checksums(content).get(name)) {
    throw damaged(archive, `entry ${name} does not match its checksum`);
  }
  return Buffer.from(inflated.buffer, inflated.byteOffset, inflated.byteLength);
}

/**
 * Proves that a zip container (an archive or an .xlsx workbook) is whole: every entry unpacks and has the
 * recorded checksum. fflate and the workbook reader do not compare checksums, so a damaged file could otherwise
 * be read as other figures.
 * @throws LmiError invalid-argument naming the file.
 */
export function verifyArchive(name: string, content: Buffer): void {
  const entries = listArchive(name, content);
  if (entries.length === 0) throw damaged(name, 'it is empty');
  let inflated: Record<string, Uint8Array>;
  try {
    inflated = unzipSync(content);
  } catch (cause) {
    throw damaged(name, 'an entry cannot be unpacked', cause);
  }
  const expected = checksums(content);
  for (const entry of entries) {
    if (crc32(inflated[entry.name] ?? new Uint8Array()) !== expected.get(entry.name)) {
      throw damaged(name, `entry ${entry.name} does not match its checksum`);
    }
  }
}

/** CRC-32 per entry from the zip central directory (APPNOTE 4.3.12), which fflate reads but does not hand out. */
function checksums(content: Buffer): Map<string, number> {
  const found = new Map<string, number>();
  const end = content.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  let at = end < 0 ? content.length : content.readUInt32LE(end + 16);
  while (at + 46 <= content.length && content.readUInt32LE(at) === 0x02014b50) {
    const nameLength = content.readUInt16LE(at + 28);
    const encoding = content.readUInt16LE(at + 8) & 0x800 ? 'utf8' : 'latin1';
    found.set(content.toString(encoding, at + 46, at + 46 + nameLength), content.readUInt32LE(at + 16));
    at += 46 + nameLength + content.readUInt16LE(at + 30) + content.readUInt16LE(at + 32);
  }
  return found;
}

function damaged(archive: string, why: string, cause?: unknown): LmiError {
  return new LmiError('invalid-argument', `${archive} is damaged or cut short: ${why}`, {
    field: archive,
    cause,
  });
}

function tooLarge(name: string, maxBytes: number): LmiError {
  const megabytes = Math.round(maxBytes / 1024 / 1024);
  return new LmiError('invalid-argument', `${name} is larger than ${megabytes} MB`, { field: name });
}

async function download(
  from: string,
  limits: Required<FindOptions>,
): Promise<{ name: string; content: Buffer }> {
  const failed = (why: string, cause?: unknown): LmiError =>
    new LmiError('invalid-argument', `cannot fetch ${from}: ${why}`, { field: 'from', cause });
  const signal = AbortSignal.timeout(limits.timeoutMs);
  let url = from;
  try {
    for (let hops = 0; hops <= limits.maxRedirects; hops++) {
      if (!/^https?:$/.test(new URL(url).protocol)) throw failed('only http and https addresses are read');
      const response = await fetch(url, { redirect: 'manual', signal });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location) {
        await response.body?.cancel();
        url = new URL(location, url).href;
        continue;
      }
      if (!response.ok || !response.body) throw failed(`the server answered ${response.status}`);
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of response.body) {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) throw tooLarge(from, limits.maxBytes);
        chunks.push(chunk);
      }
      const declared = response.headers.get('content-length');
      if (declared && !response.headers.get('content-encoding') && Number(declared) !== bytes) {
        throw failed(`${bytes} of ${declared} bytes arrived`);
      }
      return {
        name: nameOf(url, response.headers.get('content-disposition')),
        content: Buffer.concat(chunks),
      };
    }
  } catch (cause) {
    if (cause instanceof LmiError) throw cause;
    throw failed(signal.aborted ? `no answer within ${limits.timeoutMs} ms` : reasonOf(cause), cause);
  }
  throw failed(`more than ${limits.maxRedirects} redirects`);
}

/** ONS file addresses hold the file in the query: https://www.ons.gov.uk/file?uri=/…/name.xlsx. */
function nameOf(url: string, disposition: string | null): string {
  const told = /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
  const { pathname, searchParams } = new URL(url);
  return basename(told ?? searchParams.get('uri') ?? decodeURIComponent(pathname)) || 'download';
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
