/** Choosing files and samples: what the importers of this service share. */
import type { SourceFile } from '@lmi/importing';
import { LmiError } from '@lmi/kit';

/**
 * The one file whose name matches, or undefined.
 * @throws LmiError invalid-argument when several match: which edition is meant cannot be guessed.
 */
export function pickFile(
  files: readonly SourceFile[],
  pattern: RegExp,
  what: string,
): SourceFile | undefined {
  const found = files.filter(({ name }) => pattern.test(name));
  if (found.length > 1) {
    const paths = found.map(({ path }) => path);
    throw new LmiError(
      'invalid-argument',
      `several files for ${what}: ${paths.join(', ')}; keep one of them`,
      {
        field: 'from',
        validValues: paths,
      },
    );
  }
  return found[0];
}

/** @throws LmiError invalid-argument when the file is not of the edition that was asked for. */
export function refuseOtherEdition(file: SourceFile, found: string, asked: string | undefined): void {
  if (asked === undefined || asked === found) return;
  throw new LmiError(
    'invalid-argument',
    `wrong edition: ${file.name} is edition ${found}, asked for ${asked}`,
    {
      field: 'edition',
      validValues: [found],
    },
  );
}

/** Up to `size` of the items, drawn without return; equal seeds draw equally (mulberry32, Fisher–Yates). */
export function seededSample<T>(items: readonly T[], size: number, seed: number): T[] {
  const drawn = [...items];
  let state = seed >>> 0;
  for (let last = drawn.length - 1; last > 0; last--) {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const at = Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 4294967296) * (last + 1));
    [drawn[last], drawn[at]] = [drawn[at]!, drawn[last]!];
  }
  return drawn.slice(0, size);
}
