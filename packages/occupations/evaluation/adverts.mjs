// The hand-labelled advert titles; see adverts/rules.md.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readCsv, root } from './bundle.mjs';

const folder = 'packages/occupations/evaluation/adverts';

/** @param split 'dev' or 'held-out'. Titles with the adjudicated code, or none, and the codes that are acceptable too. */
export function readAdverts(split) {
  const labels = new Map(
    readCsv(`${folder}/${existsSync(path.join(root, folder, 'labels.csv')) ? 'labels' : 'pass-1'}.csv`).map(
      (row) => [row.id, row],
    ),
  );
  return readCsv(`${folder}/titles.csv`)
    .filter((row) => row.split === split && labels.has(row.id))
    .map(({ id, title, context }) => {
      const { code, alternatives } = labels.get(id);
      return {
        title,
        industry: context || undefined,
        code,
        alternatives: alternatives ? alternatives.split(' ') : [],
      };
    });
}
