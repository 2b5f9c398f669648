// Writes the fixtures of the importers: a few dozen real rows of the official files in their official layouts.
// Run: LMI_SOURCES=<folder of the official files> node services/search/test/make-fixtures.mjs
// The publisher's sentences (descriptions, entry routes, tasks) are replaced: only codes, titles and figures are kept.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { read, utils, write } = require('@e965/xlsx');
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of the official files');
const target = join(import.meta.dirname, 'fixtures');
mkdirSync(join(target, 'soc'), { recursive: true });
mkdirSync(join(target, 'areas'), { recursive: true });

const open = (...path) => read(readFileSync(join(sources, ...path)));
const rowsOf = (book, sheet) => {
  const end = utils.decode_range(book.Sheets[sheet]['!ref']).e;
  return utils.sheet_to_json(book.Sheets[sheet], {
    header: 1,
    raw: true,
    defval: null,
    blankrows: true,
    range: { s: { r: 0, c: 0 }, e: end },
  });
};
function saveWorkbook(name, sheets) {
  const book = utils.book_new();
  for (const [sheet, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), sheet);
  writeFileSync(join(target, name), write(book, { type: 'buffer', bookType: 'xlsx', compression: true }));
}
const csvOf = (...path) => parse(readFileSync(join(sources, ...path)), { bom: true });
const saveCsv = (name, rows) => writeFileSync(join(target, name), stringify(rows));

// Coding index: ordinary titles, and every way in which a row refers to others.
const indexName = 'soc2020volume2thecodingindexexcel03122025.xlsx';
const index = open('soc', 'original', indexName);
const [indexHeader, ...indexRows] = rowsOf(index, 'SOC2020 coding index');
const kept = [];
const take = (count, wanted) => kept.push(...indexRows.filter(wanted).slice(0, count));
const titled = (title) => (row) => row[8] === title;
take(3, titled('Plumber'));
take(3, titled('Nurse'));
take(2, (row) => row[6] === 2136);
take(6, titled('Adviser'));
take(1, titled('Advisor'));
take(1, titled('Chargehand'));
take(4, (row) => row[8] === 'Foreman' && typeof row[6] === 'number');
take(1, (row) => row[8] === 'Foreman, assistant');
take(1, (row) => row[8] === 'Foreman, factory' && row[11]);
take(6, (row) => row[8] === 'Engineer' && String(row[9]).startsWith('professional'));
take(
  2,
  (row) => row[8] === 'Engineer' && typeof row[6] === 'number' && !String(row[9]).includes('professional'),
);
take(1, titled('Engineer, chartered'));
take(3, (row) => String(row[8]).startsWith('Tier, '));
take(1, titled('Tyer'));
take(2, (row) => row[12] === '0310' || row[12] === '0110');
const entries = [...new Set(kept)].sort((a, b) => a[1] - b[1]);
const units = new Set(
  entries
    .map((row) => row[6])
    .filter((code) => typeof code === 'number')
    .map(String),
);
saveWorkbook(`soc/${indexName}`, {
  INFO: rowsOf(index, 'INFO')
    .filter((row) => /^Version \d+/.test(row.join(' ').trim()))
    .map((row) => [
      // The dates are kept; what changed in each version is the publisher's text.
      null,
      row
        .join(' ')
        .trim()
        .replace(/^(Version \d+: +\d+ \w+ \d+).*/, '$1'),
    ]),
  'FILE SPEC': [[], [null, `Number of records in the SOC2020 coding index: ${entries.length}`]],
  'SOC2020 coding index': [indexHeader, ...entries],
});

// Volume 1: the unit groups above and the groups that they lie in, with stand-in texts.
const wanted = new Set([...units].flatMap((code) => [1, 2, 3, 4].map((length) => code.slice(0, length))));
const volumeName = 'soc2020volume1_unit_groups_2025-12.xlsx';
const volumeSheet = 'SOC2020 descriptions';
const [volumeHeader, ...groups] = rowsOf(open('soc', 'original', volumeName), volumeSheet);
const codeOf = (row) => String(row.slice(0, 4).find((value) => value !== '<blank>' && value !== null));
saveWorkbook(`soc/${volumeName}`, {
  [volumeSheet]: [
    volumeHeader,
    ...groups
      .filter((row) => wanted.has(codeOf(row)))
      .map((row) => {
        const code = codeOf(row);
        const unit = code.length === 4;
        return [
          ...row.slice(0, 5),
          unit ? '<blank>' : `Groups below ${code}`,
          `What ${code} is.\n\nSecond paragraph.`,
          unit ? `How people enter ${code}.` : '<blank>',
          unit ? `~first task of ${code}\n\n~second task of ${code}` : '<blank>',
          row[9],
        ];
      }),
  ],
});

// SOC 2010 and the dual-coded relationship of the same unit groups.
const dualName = 'ONS_SOC2010_SOC2020.xlsx';
const dual = open('soc', 'original', dualName);
const [dualHeader, ...dualRows] = rowsOf(dual, dual.SheetNames[0]);
const pairs = [];
const old = new Set();
let above;
for (const row of dualRows) {
  if (row[0]) above = row;
  else if (units.has(String(row[1]).slice(0, 4))) {
    if (!old.has(above[0])) pairs.push(above);
    old.add(above[0]);
    pairs.push(row);
  }
}
saveWorkbook(`soc/${dualName}`, { [dual.SheetNames[0]]: [dualHeader, ...pairs, [null, '']] });
const oldUnits = new Set([
  ...[...old].map((title) => title.slice(0, 4)),
  ...entries
    .map((row) => row[5])
    .filter((code) => typeof code === 'number')
    .map(String),
]);
const [dualCsvHeader, ...dualCsv] = csvOf('soc', 'soc2010_soc2020_dual_coded.csv');
saveCsv('soc/soc2010_soc2020_dual_coded.csv', [dualCsvHeader, ...dualCsv.filter((row) => units.has(row[2]))]);
const [groupHeader, ...oldGroups] = csvOf('soc', 'soc2010_groups.csv');
const wantedOld = new Set(
  [...oldUnits].flatMap((code) => [1, 2, 3, 4].map((length) => code.slice(0, length))),
);
saveCsv('soc/soc2010_groups.csv', [groupHeader, ...oldGroups.filter((row) => wantedOld.has(row[1]))]);

// Areas: all areas of the projections, one district of each skills improvement area, and one of every special kind.
const lsipName = 'LSIP_lookup_LAD23.xlsx';
const lsip = open('geography', lsipName);
const [lsipHeader, ...lsipRows] = rowsOf(lsip, lsip.SheetNames[0]);
const firstOfLsip = [
  ...new Map(
    lsipRows
      .filter((row) => row[0])
      .map((row) => [row[3], row])
      .reverse(),
  ).values(),
];
saveWorkbook(`areas/${lsipName}`, { [lsip.SheetNames[0]]: [lsipHeader, ...firstOfLsip] });
const combinedName = 'LAD_to_combined_authority_May2025.csv';
const [combinedHeader, ...combined] = csvOf('geography', combinedName);
const members = combined.filter((row) => row[2] === 'E47000001' || row[2] === 'E47000002');
saveCsv(`areas/${combinedName}`, [combinedHeader, ...members]);
const successorName = 'LAD11_to_LAD21_lookup.xlsx';
const successorSheet = 'Local_Authority_District_(2022)';
const [successorHeader, ...successors] = rowsOf(open('geography', successorName), successorSheet);
const former = successors.filter((row) =>
  ['Allerdale', 'Mendip', 'Hartlepool', 'Cumberland', 'Somerset'].includes(row[1]),
);
saveWorkbook(`areas/${successorName}`, { [successorSheet]: [successorHeader, ...former] });
const districts = new Set([
  ...firstOfLsip.map((row) => row[0]),
  ...members.map((row) => row[0]),
  ...former.flatMap((row) => [row[0], row[2]]),
  'E08000016',
  'S12000033',
  'W06000015',
  'N09000003',
]);
const [areaHeader, ...areas] = csvOf('geography', 'ons_areas.csv');
const wide = areas.filter(
  (row) => /^(K02|[EWSN]92|E12|E47)/.test(row[0]) || districts.has(row[0]) || row[0] === 'E10000012',
);
const ward = areas.find((row) => row[0].startsWith('E05'));
saveCsv('areas/ons_areas.csv', [areaHeader, ...wide, ward]);
const itl = JSON.parse(readFileSync(join(sources, 'geography', 'nuts.json'), 'utf8'));
const itlKept = Object.fromEntries(Object.entries(itl).filter(([code]) => districts.has(code)));
writeFileSync(join(target, 'areas', 'nuts.json'), `${JSON.stringify(itlKept, null, 2)}\n`);
saveCsv('areas/areas.csv', csvOf('skills-imperative-2035', 'areas.csv'));
