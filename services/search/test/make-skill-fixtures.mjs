// Makes the fixtures of the datasets onet, onet-link and esco-skills from the official files: a few occupations in the
// official layouts, descriptions replaced by stand-ins. What no official file at hand holds (abilities, relations of ESCO
// between occupations and skills) has the official layout with made-up values and lies in the folder made-up.
// Run: LMI_SOURCES=<folder of the official files> node services/search/test/make-skill-fixtures.mjs
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(here, '../../../packages/importing/package.json'));
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');
const { readFile, utils, write } = require('@e965/xlsx');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of the official files');
const target = join(here, 'fixtures');

function save(path, content) {
  const whole = join(target, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
}
const tsv = (rows) => rows.map((row) => `${row.join('\t')}\r\n`).join('');
const tabbed = (...path) =>
  readFileSync(join(sources, ...path), 'utf8')
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) => line.split('\t'));
const csvOf = (...path) => parse(readFileSync(join(sources, ...path)), { bom: true });
const book = (path, sheets, bookType) => {
  const made = utils.book_new();
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(made, utils.aoa_to_sheet(rows), name);
  save(path, write(made, { type: 'buffer', bookType, compression: true }));
};
const sheetRows = (file, name) => {
  const sheet = readFile(file, { sheets: name ? [name] : undefined });
  const sheetName = name ?? sheet.SheetNames[0];
  return [
    sheetName,
    utils.sheet_to_json(sheet.Sheets[sheetName], { header: 1, raw: true, defval: null, blankrows: true }),
  ];
};

const kept = new Set([
  '11-1011.00',
  '15-1252.00',
  '17-2051.00',
  '29-1141.00',
  '47-2151.00',
  '47-2152.00',
  '53-3032.00',
  '55-1011.00',
]);
const text = 'db_30_2_text';

// O*NET 30.2 as text.
save(`onet/${text}/Read Me.txt`, 'O*NET 30.2 Database\r\nFebruary 2026 Release\r\n');
const [occupationHeader, ...occupations] = tabbed('onet', text, 'Occupation Data.txt');
const few = occupations
  .filter(([code]) => kept.has(code))
  .map(([code, title]) => [code, title, `What ${code} is.`]);
save(`onet/${text}/Occupation Data.txt`, tsv([occupationHeader, ...few]));
const [interestHeader, ...interests] = tabbed('onet', text, 'Interests.txt');
save(`onet/${text}/Interests.txt`, tsv([interestHeader, ...interests.filter(([code]) => kept.has(code))]));

// O*NET 29.0 as workbooks.
save('onet/db_29_0/Read Me.txt', 'O*NET 29.0 Database\r\nAugust 2024 Release\r\n');
for (const name of ['Skills', 'Knowledge']) {
  const [sheet, [header, ...rows]] = sheetRows(join(sources, 'onet', 'db_29_0', `${name}.xlsx`));
  book(
    `onet/db_29_0/${name}.xlsx`,
    { [sheet]: [header, ...rows.filter(([code]) => kept.has(code))] },
    'xlsx',
  );
}

// Abilities: the layout of the text files; every value is made up.
const abilities = tabbed('onet', text, 'Content Model Reference.txt').filter(([id]) =>
  /^1\.A\.\d\.[a-z]\.\d+$/.test(id),
);
const ratingHeader =
  'O*NET-SOC Code,Element ID,Element Name,Scale ID,Data Value,N,Standard Error,Lower CI Bound,Upper CI Bound,Recommend Suppress,Not Relevant,Date,Domain Source';
const madeUp = [];
for (const [at, code] of ['15-1252.00', '47-2152.00'].entries()) {
  for (const [number, [id, name]] of abilities.entries()) {
    const value = (1 + ((number + at) % 9) / 2).toFixed(2);
    const tail = ['8', '0.1250', 'n/a', 'n/a', number === 0 ? 'Y' : 'N'];
    madeUp.push([code, id, name, 'IM', value, ...tail, 'n/a', '08/2025', 'Analyst']);
    madeUp.push([code, id, name, 'LV', value, ...tail, number === 1 ? 'Y' : 'N', '08/2025', 'Analyst']);
  }
}
save(`made-up/onet/${text}/Read Me.txt`, 'O*NET 30.2 Database\r\n');
save(`made-up/onet/${text}/Abilities.txt`, tsv([ratingHeader.split(','), ...madeUp]));

// The link: crosswalks of the groups that the fixtures of the classification lead to, and titles.
const isco = new Set(['0110', '211', '2142', '2221', '2512', '7126', '8332']);
const [iscoSheet, iscoRows] = sheetRows(
  join(sources, 'crosswalks', 'ISCO_SOC_Crosswalk.xls'),
  'ISCO-08 to 2010 SOC',
);
const iscoKept = iscoRows.slice(7).filter((row) => isco.has(String(row[0])));
book(
  'onet-link/ISCO_SOC_Crosswalk.xls',
  { [iscoSheet]: [...iscoRows.slice(0, 6).map(() => []), iscoRows[6], ...iscoKept] },
  'biff8',
);
const us = new Set(iscoKept.map((row) => String(row[3]).trim()));
const [usSheet, usRows] = sheetRows(
  join(sources, 'crosswalks', 'soc_2010_to_2018_crosswalk.xlsx'),
  'Sorted by 2010',
);
book(
  'onet-link/soc_2010_to_2018_crosswalk.xlsx',
  {
    [usSheet]: [
      ...usRows.slice(0, 8).map(() => []),
      usRows[8],
      ...usRows.slice(9).filter((row) => us.has(String(row[0]))),
    ],
  },
  'xlsx',
);
save('onet-link/Occupation Data.txt', tsv([occupationHeader, ...few]));
const [titleHeader, ...titles] = tabbed('onet', text, 'Alternate Titles.txt');
const wanted =
  /^(Plumber|Pipe Fitter|Registered Nurse|Staff Nurse|Nurse|Truck Driver|CEO|Civil Engineer|Structural Engineer)\b/;
save(
  'onet-link/Alternate Titles.txt',
  tsv([titleHeader, ...titles.filter(([code, title]) => kept.has(code) && wanted.test(title))]),
);

// ESCO: two unit groups with the groups above, some skill groups; the relations are made up.
const [groupHeader, ...groups] = csvOf('esco-skills', 'occupation_groups.csv');
const codes = ['2', '25', '251', '2512', '7', '71', '712', '7126'];
const keptGroups = groups.filter((row) => codes.includes(row[3])).map((row) => [...row.slice(0, 6), '', '']);
save('esco-skills/occupation_groups.csv', stringify([groupHeader, ...keptGroups]));
const [skillHeader, ...skillGroups] = csvOf('esco-skills', 'skill_groups.csv');
const skillCode = /^(S|S1|S1\.1|S1\.2|S8|S8\.7|T|T1|K)$/;
const keptSkills = skillGroups
  .filter((row) => skillCode.test(row[3]) || /isced-f\/061?$/.test(row[0]))
  .map((row) => [...row.slice(0, 5), '', '', '']);
save('esco-skills/skill_groups.csv', stringify([skillHeader, ...keptSkills]));
const ids = new Set(keptSkills.map((row) => row[1]));
const [hierarchyHeader, ...hierarchy] = csvOf('esco-skills', 'skill_hierarchy.csv');
const idOf = (code) => keptSkills.find((row) => row[3] === code)[1];
const skillOf = (code, id) => ['skillgroup', idOf(code), id, 'skill'];
save(
  'esco-skills/skill_hierarchy.csv',
  stringify([
    hierarchyHeader,
    ...hierarchy.filter((row) => ids.has(row[1]) && ids.has(row[2])),
    skillOf('S1.1', 'skill_1'),
    skillOf('S1.2', 'skill_2'),
    skillOf('S8.7', 'skill_3'),
  ]),
);
const [modelHeader, model] = csvOf('esco-skills', 'model_info.csv');
save('esco-skills/model_info.csv', stringify([modelHeader, [model[0], model[1], '', '', '', '', '']]));
const groupId = (code) => keptGroups.find((row) => row[3] === code)[1];
save(
  'made-up/esco-skills/occupation_hierarchy.csv',
  stringify([
    hierarchyHeader,
    ...['2512', '7126'].map((code) => ['iscogroup', groupId(code), `occupation_${code}`, 'escooccupation']),
    ['escooccupation', 'occupation_7126', 'occupation_7126_1', 'escooccupation'],
  ]),
);
const relation = (occupation, kind, skill) => ['escooccupation', occupation, kind, skill, '', ''];
save(
  'made-up/esco-skills/occupation_to_skill_relations.csv',
  stringify([
    ['OCCUPATIONTYPE', 'OCCUPATIONID', 'RELATIONTYPE', 'SKILLID', 'SIGNALLINGVALUELABEL', 'SIGNALLINGVALUE'],
    relation('occupation_2512', 'essential', 'skill_1'),
    relation('occupation_2512', 'essential', 'skill_2'),
    relation('occupation_2512', 'optional', 'skill_1'),
    relation('occupation_7126', 'essential', 'skill_3'),
    relation('occupation_7126_1', 'optional', 'skill_3'),
  ]),
);
