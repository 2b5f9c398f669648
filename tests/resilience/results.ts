import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/program';
import type { Report } from './load';

/** Read by `npm run resilience`, which makes the table of docs/resilience.md from it. */
const file = path.join(root, '.lmi', 'resilience.json');

export interface Result extends Partial<Report> {
  readonly name: string;
  readonly seconds: number;
  /** What was found beside the counts. */
  readonly notes: readonly string[];
}

/** Adds the result to those of this run. */
export function record(result: Result): void {
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Result[]) : [];
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify([...all.filter(({ name }) => name !== result.name), result], undefined, 2),
  );
}
