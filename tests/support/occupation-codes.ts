import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Codes of 1 to 4 digits in the bundled extract, shortest first. */
export function occupationCodes(classification: 'soc2010' | 'soc2020'): string[] {
  const file = path.join(__dirname, '../../data/soc/soc_group.csv.gz');
  return gunzipSync(readFileSync(file))
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [name, code = ''] = line.split(',', 2);
      return name === classification ? [code] : [];
    })
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}
