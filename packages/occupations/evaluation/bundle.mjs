// The engine's input from the bundled extract in data/: what a fresh clone serves.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { parse } = require('csv-parse/sync');

export const engine = require('../dist/index.js');
export const root = fileURLToPath(new URL('../../..', import.meta.url));

export function readCsv(file) {
  const bytes = readFileSync(path.join(root, file));
  return parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, { bom: true, columns: true });
}

const lines = (text) => (text ? text.split('\n') : []);

/** Groups with people, related titles and plain words; entries; titles of O*NET with the groups they lead to. */
export function readBundle() {
  const people = new Map();
  for (const row of readCsv('data/soc/soc_crosswalk.csv.gz')) {
    if (row.sex !== 'all') continue;
    for (const key of [`soc2010 ${row.soc2010}`, `soc2020 ${row.soc2020}`])
      people.set(key, (people.get(key) ?? 0) + Number(row.people));
  }
  const texts = new Map(
    readCsv('data/plain-english/plain_occupation.csv').map((row) => [
      row.soc2020,
      [row.description, row.tasks, row.entry].join(' '),
    ]),
  );
  const groups = readCsv('data/soc/soc_group.csv.gz').map((row) => ({
    classification: row.classification,
    code: row.code,
    level: row.level,
    title: row.title,
    relatedTitles: lines(row.related_titles),
    text: row.classification === 'soc2020' ? texts.get(row.code) : undefined,
    people: people.get(`${row.classification} ${row.code}`),
  }));
  const entries = readCsv('data/soc/soc_index_entry.csv.gz').map((row) => ({
    seq: Number(row.seq),
    soc2020: row.soc2020 || null,
    soc2010: row.soc2010 || null,
    title: row.title,
    naturalTitle: row.natural_title,
    addQualifier: row.add_qualifier || null,
    indQualifier: row.ind_qualifier || null,
    defaultEntry: row.default_entry || null,
    seeCodes: row.see_codes || null,
  }));
  return { groups, entries, abroad: readAbroad() };
}

function readAbroad() {
  if (!existsSync(path.join(root, 'data/onet-link/onet_title.csv.gz'))) return [];
  const links = new Map();
  for (const { soc2020, onet_soc: onet, weight } of readCsv('data/onet-link/onet_link.csv.gz')) {
    if (Number(weight) < engine.leastAbroadWeight) continue;
    if (!links.has(onet)) links.set(onet, []);
    links.get(onet).push({ code: soc2020, weight: Number(weight) });
  }
  return readCsv('data/onet-link/onet_title.csv.gz')
    .filter(({ onet_soc: onet }) => links.has(onet))
    .map(({ onet_soc: onet, title }) => ({ title, groups: links.get(onet) }));
}
