/** Choosing files and samples: what the importers of this service share. */
import type { SourceFile } from '@lmi/importing';
import { LmiError } from '@lmi/kit';

/** @throws LmiError invalid-argument when the file is missing or several match. */
export function pickFile(files: readonly SourceFile[], pattern: RegExp, what: string): SourceFile {
  const [file, ...others] = files.filter(({ name }) => pattern.test(name));
  if (file && others.length === 0) return file;
  const paths = [file, ...others].flatMap((found) => (found ? [found.path] : []));
  throw new LmiError(
    'invalid-argument',
    file ? `several files for ${what}: ${paths.join(', ')}; keep one of them` : `missing file: ${what}`,
    { field: 'from', ...(file ? { validValues: paths } : {}) },
  );
}

/** @throws LmiError invalid-argument when the file is not of the edition that was asked for. */
export function refuseOtherEdition(file: SourceFile, found: string, asked: string | undefined): void {
  if (asked === undefined || asked === found) return;
  throw new LmiError(
    'invalid-argument',
    `wrong edition: ${file.name} is edition ${found}, asked for ${asked}`,
    { field: 'edition', validValues: [found] },
  );
}

/** Same numbers on every run (mulberry32): 0 up to, not including, 1. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Up to `size` of the items, drawn without return; equal seeds draw equally. */
export function seededSample<T>(items: readonly T[], size: number, seed: number): T[] {
  const random = seededNumbers(seed);
  const pool = [...items];
  const count = Math.min(size, pool.length);
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other]!, pool[index]!];
  }
  return pool.slice(0, count);
}
