// Writes the made-up adverts: data/sample-adverts/sample_advert.csv. The same bundled data gives the same file.
//   npx tsc -b services/vacancies && node services/vacancies/make-sample.mjs
// Titles are those of the coding index with the additions that advertisers make; codes and confidences are what the
// coder gives for them, as for any other advert. Prints how often the code is that of the title's own occupation.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { parse } = require('csv-parse/sync');
const { confidenceNeeded } = require('./dist/coding.js');
const { seededNumbers } = require('./dist/importers/files.js');
const { wordingCount } = require('./dist/sample.js');
const { buildOccupationIndex, OccupationCoder } = require('../../packages/occupations/dist/index.js');

const data = join(import.meta.dirname, '../../data');
const table = (dataset, name) =>
  parse(gunzipSync(readFileSync(join(data, dataset, `${name}.csv.gz`))), { columns: true });

const perOccupation = 6;
const random = seededNumbers(2020);
const pick = (list) => list[Math.floor(random() * list.length)];

const groups = table('soc', 'soc_group');
const entries = table('soc', 'soc_index_entry');
const people = new Map();
for (const { soc2020, soc2010, sex, people: count } of table('soc', 'soc_crosswalk')) {
  if (sex !== 'all') continue;
  for (const key of [`soc2020/${soc2020}`, `soc2010/${soc2010}`]) {
    people.set(key, (people.get(key) ?? 0) + Number(count));
  }
}
const index = buildOccupationIndex({
  groups: groups.map(({ classification, code, level, title, related_titles: related }) => ({
    classification,
    code,
    level,
    title,
    relatedTitles: related ? related.split('\n') : [],
    people: people.get(`${classification}/${code}`) ?? 0,
  })),
  entries: entries.map((row) => ({
    seq: Number(row.seq),
    soc2020: row.soc2020 || null,
    soc2010: row.soc2010 || null,
    title: row.title,
    naturalTitle: row.natural_title,
    addQualifier: row.add_qualifier || null,
    indQualifier: row.ind_qualifier || null,
    defaultEntry: row.default_entry || null,
    seeCodes: row.see_codes || null,
  })),
});
const coder = new OccupationCoder(index);
const codesOf = new Map();
for (const { natural_title: title, soc2020 } of entries) {
  const key = title.toLowerCase();
  codesOf.set(key, new Set([...(codesOf.get(key) ?? []), soc2020]));
}

const outcodes = table('outcodes', 'outcode').filter(({ area, town }) => area !== '' && town !== '');
const byArea = Map.groupBy(outcodes, ({ area }) => area);
const areas = [...byArea.keys()].sort();

// Names that no business has, and said to be made up.
const first =
  'Amber Bramble Cobalt Dapple Ember Fable Glimmer Harbourlight Indigo Juniper Kestrel Lantern Marigold'
    .concat(
      ' Nettlewood Opaline Pebble Quillfeather Rowanberry Saffron Thistledown Umberfield Velvet Willowisp Zephyr',
    )
    .split(' ');
const second = 'Works Services Care Foods Logistics Studios Partners Homes Systems Trading Trust Group'.split(
  ' ',
);
const before = ['', '', '', '', 'Senior ', 'Trainee ', 'Experienced ', 'Part Time '];
const after = [
  '',
  '',
  '',
  '',
  ' - {town}',
  ' (Full Time)',
  ' - £{pay}',
  ', {town} - Immediate Start',
  ' - Nights',
];
/** Yearly pay by major group: plausible figures for a made-up advert, not statistics. */
const pay = { 1: 52, 2: 43, 3: 35, 4: 26, 5: 32, 6: 24, 7: 23, 8: 28, 9: 23 };

const capital = (text) => text.replace(/(^|[\s-])([a-z])/g, (_, gap, letter) => gap + letter.toUpperCase());
const quoted = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const lines = [];
const outcome = { coded: 0, right: 0, uncoded: 0, uncodedRight: 0 };
const units = groups.filter(({ classification, level }) => classification === 'soc2020' && level === 'unit');
const titlesOf = Map.groupBy(
  entries.filter(
    ({ natural_title: title, soc2020 }) => soc2020 && title.length <= 40 && !/[(),\d]/.test(title),
  ),
  ({ soc2020 }) => soc2020,
);
let number = 0;
for (const { code } of units) {
  for (let copy = 0; copy < perOccupation; copy += 1) {
    number += 1;
    const entry = pick(titlesOf.get(code) ?? []);
    if (!entry) continue;
    // In turn everywhere, and where there are many outward postcodes: many people.
    const place = pick(number % 2 === 0 ? outcodes : byArea.get(areas[(number >> 1) % areas.length]));
    const yearly = Math.round(pay[code[0]] * (0.8 + 0.4 * random())) * 1000;
    const hourly = random() < 0.2;
    const salary = hourly ? Math.round((yearly / 1950) * 10) / 10 : yearly;
    const shown = hourly ? `${salary.toFixed(2)} per hour` : yearly.toLocaleString('en-GB');
    const title = `${pick(before)}${capital(entry.natural_title)}${pick(after)}`
      .replace('{town}', place.town)
      .replace('{pay}', shown);
    const [hit] = coder.code({ title }).choices;
    const confidence = hit?.probability ?? 0;
    const right = hit !== undefined && codesOf.get(entry.natural_title.toLowerCase()).has(hit.code);
    const kind = confidence >= confidenceNeeded ? 'coded' : 'uncoded';
    outcome[kind] += 1;
    if (right) outcome[kind === 'coded' ? 'right' : 'uncodedRight'] += 1;
    lines.push(
      [
        `S${String(number).padStart(5, '0')}`,
        title,
        `${pick(first)} ${pick(second)} (made up)`,
        place.outcode,
        place.town,
        Math.floor(random() * 28),
        3 + Math.floor(random() * 28),
        salary,
        hourly ? 'GBP/hour' : 'GBP/year',
        Math.floor(random() * wordingCount),
        hit?.code ?? '',
        confidence,
      ]
        .map((value) => quoted(String(value)))
        .join(','),
    );
  }
}
const folder = join(data, 'sample-adverts');
mkdirSync(folder, { recursive: true });
const header = 'number,title,employer,outcode,town,posted,closes,salary,unit,wording,soc,confidence';
writeFileSync(join(folder, 'sample_advert.csv'), `${[header, ...lines].join('\n')}\n`);
process.stdout.write(`${lines.length} adverts; ${JSON.stringify(outcome)}\n`);
