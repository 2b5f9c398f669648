// Cuts the fixtures of this service's tests out of the official files: a few courses of two providers in each form, every layout.
// Usage: LMI_SOURCES=<folder of official files> node services/courses/test/make-fixtures.mjs
// The export of apprenticeship standards and the answers of the Occupational Maps API are not cut: no copy may be passed on.
// They are written here in the published layouts, with one real programme (ST0499) and made-up ones (ST99..).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of official files');
const target = join(import.meta.dirname, 'fixtures');

const source = (...path) => readFileSync(join(sources, ...path));
const save = (folder, name, content) => {
  mkdirSync(join(target, folder), { recursive: true });
  writeFileSync(join(target, folder, name), content);
};
const rowsOf = (...path) => parse(source(...path), { columns: true, bom: true });
const csv = (rows, columns = Object.keys(rows[0])) => stringify(rows, { header: true, columns });

// --- The CSV form: courses of two providers, with figures of every level, with none, and with two subjects.
const folder = 'discover-uni';
const providers = new Set(['10007762', '10000163']);
const all = rowsOf(folder, 'SBJ.csv').filter((row) => providers.has(row.PUBUKPRN));
const keyOf = (row) => `${row.PUBUKPRN} ${row.KISCOURSEID} ${row.KISMODE}`;
const kept = new Set([...new Set(all.map(keyOf))].filter((_, index) => index % 2 === 0).slice(0, 45));
for (const name of ['SBJ', 'EMPLOYMENT', 'JOBTYPE', 'GOSALARY', 'COMMON', 'COURSELOCATION', 'UCASCOURSEID']) {
  const rows = rowsOf(folder, `${name}.csv`);
  save('csv', `${name}.csv`, csv(rows.filter((row) => kept.has(keyOf(row)))));
}
const institutions = rowsOf(folder, 'INSTITUTION.csv').filter((row) => providers.has(row.PUBUKPRN));
save('csv', 'INSTITUTION.csv', csv(institutions.map((row) => ({ ...row, PROVADDRESS: '', PROVTEL: '' }))));
save('csv', 'LOCATION.csv', csv(rowsOf(folder, 'LOCATION.csv').filter((row) => providers.has(row.UKPRN))));
for (const [name, column] of [
  ['GOSECSAL', 'GOSECSBJ'],
  ['LEO3SEC', 'LEO3SECSBJ'],
  ['LEO5SEC', 'LEO5SECSBJ'],
]) {
  const rows = rowsOf(folder, `${name}.csv`);
  const fits = (code) => code.length < 11 || ['CAH10-01-02', 'CAH11-01-06', 'CAH02-05-01'].includes(code);
  save('csv', `${name}.csv`, csv(rows.filter((row) => fits(row[column]) && row.KISLEVEL === '03')));
}
save('csv', 'readme.txt', `${source(folder, 'readme.txt').toString('latin1').split('\n')[0]}\n`);

// --- The XML form: four courses, without addresses of pages; and the same courses as CSV files with the official headers,
// which is where titles, later earnings, continuation, entry and job lists stand in the whole archive.
const xml = source(folder, 'xml', 'sample_one_institution_75_courses.xml').toString('utf8');
const head = xml.slice(0, xml.indexOf('<KISCOURSE>'));
const courses = [...xml.matchAll(/<KISCOURSE>[\s\S]*?<\/KISCOURSE>/g)].map(([text]) => text);
const chosen = [0, 3, 20, 41].map((index) => courses[index]);
const trimmed = (text) =>
  text
    .replace(/\s*<(\w*URLW?|PROVADDRESS|PROVTEL|QAA_\w+)>[^<]*<\/\1>/g, '')
    .replace(/<NSS>[\s\S]*?<\/NSS>\s*/g, '');
save(
  'xml',
  'kis.xml',
  `<?xml version="1.0" encoding="utf-8"?>\n<KIS>\n${trimmed(head)}${trimmed(chosen.join('\n'))}\n  </INSTITUTION>\n</KIS>\n`,
);

const fieldsOf = (text) =>
  Object.fromEntries(
    [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, value]).reverse(),
  );
const entities = (course, name) =>
  [...course.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, text]) => text);
const provider = fieldsOf(head);
const keyFields = (course) => {
  const { KISCOURSEID, KISMODE } = fieldsOf(course.replace(/<(COMMON|SBJ)>[\s\S]*$/, ''));
  return { PUBUKPRN: provider.PUBUKPRN, UKPRN: provider.UKPRN, KISCOURSEID, KISMODE: `0${KISMODE}` };
};
const key = ['PUBUKPRN', 'UKPRN', 'KISCOURSEID', 'KISMODE'];
const survey = (prefix, ...items) => [
  ...key,
  ...[
    'UNAVAILREASON',
    'POP',
    'RESPONSE',
    'SAMPLE',
    'RESP_RATE',
    'AGG',
    'AGGYEAR',
    'YEAR1',
    'YEAR2',
    'SBJ',
  ].map((field) => prefix + field),
  ...items,
];
const record = (prefix, ...items) => [
  ...key,
  ...['UNAVAILREASON', 'POP', 'AGG', 'AGGYEAR', 'YEAR1', 'YEAR2', 'SBJ'].map((field) => prefix + field),
  ...items,
];
const earnings = (prefix) => [
  ...key,
  ...['UNAVAILREASON', 'POP', 'AGG', 'AGGYEAR', 'SBJ', 'INSTLQ', 'INSTMED', 'INSTUQ'].map(
    (field) => prefix + field,
  ),
];
const layouts = {
  EMPLOYMENT: survey('EMP', 'WORKSTUDY', 'STUDY', 'UNEMP', 'PREVWORKSTUD', 'BOTH', 'NOAVAIL', 'WORK'),
  JOBTYPE: survey('JOB', 'PROFMAN', 'OTHERJOB', 'UNKWN'),
  COMMON: survey('COM'),
  GOSALARY: survey('GOSAL', 'GOINSTLQ', 'GOINSTMED', 'GOINSTUQ'),
  LEO3: earnings('LEO3'),
  LEO5: earnings('LEO5'),
  CONTINUATION: record('CONT', 'UCONT', 'UDORMANT', 'UGAINED', 'ULEFT', 'ULOWER'),
  ENTRY: record('ENT', 'ACCESS', 'ALEVEL', 'BACC', 'DEGREE', 'FOUNDTN', 'NOQUALS', 'OTHER', 'OTHERHE'),
};
for (const [name, columns] of Object.entries(layouts)) {
  const rows = chosen.flatMap((course) =>
    entities(course, name).map((text) => ({
      ...keyFields(course),
      ...fieldsOf(text.replace(/<JOBLIST>[\s\S]*?<\/JOBLIST>/g, '')),
    })),
  );
  save('csv-whole', `${name}.csv`, csv(rows, columns));
}
const lists = chosen.flatMap((course) =>
  entities(course, 'COMMON').flatMap((common) => {
    const { COMSBJ = '' } = fieldsOf(common);
    return entities(common, 'JOBLIST').map((job) => ({ ...keyFields(course), COMSBJ, ...fieldsOf(job) }));
  }),
);
save('csv-whole', 'JOBLIST.csv', csv(lists, [...key, 'COMSBJ', 'JOB', 'PERC', 'ORDER', 'HS']));
const courseHead = (course) => course.replace(/<(COMMON)>[\s\S]*$/, '');
save(
  'csv-whole',
  'KISCOURSE.csv',
  csv(
    chosen.map((course) => ({ ...fieldsOf(courseHead(course)), ...keyFields(course) })),
    [...key, 'DISTANCE', 'FOUNDATION', 'HONOURS', 'HECOS', 'TITLE', 'UCASPROGID', 'KISAIMCODE', 'KISLEVEL'],
  ),
);
const simple = (name, columns, make) => save('csv-whole', `${name}.csv`, csv(chosen.flatMap(make), columns));
simple('SBJ', [...key, 'SBJ'], (course) =>
  [...courseHead(course).matchAll(/<SBJ>([^<]*)</g)].map(([, SBJ]) => ({ ...keyFields(course), SBJ })),
);
simple('COURSELOCATION', [...key, 'LOCID'], (course) =>
  entities(course, 'COURSELOCATION').map((text) => ({ ...keyFields(course), ...fieldsOf(text) })),
);
simple('UCASCOURSEID', [...key, 'LOCID', 'UCASCOURSEID'], (course) =>
  entities(course, 'COURSELOCATION').flatMap((text) =>
    [...text.matchAll(/<UCASCOURSEID>([^<]*)</g)].map(([, UCASCOURSEID]) => ({
      ...keyFields(course),
      LOCID: fieldsOf(text).LOCID,
      UCASCOURSEID,
    })),
  ),
);
for (const name of ['INSTITUTION', 'LOCATION', 'GOSECSAL', 'LEO3SEC', 'LEO5SEC', 'readme']) {
  const file = name === 'readme' ? 'readme.txt' : `${name}.csv`;
  save('csv-whole', file, readFileSync(join(target, 'csv', file)));
}

// --- Subjects: one HECoS subject for each of level 3.
const seen = new Set();
const mapping = rowsOf('subject-codes', 'HECoS_CAH_Mappings.csv').filter(
  (row) => !seen.has(row.CAH3_Code) && seen.add(row.CAH3_Code),
);
save('subjects', 'HECoS_CAH_Mappings.csv', csv(mapping));
save(
  'subjects',
  'cah_codes_english_welsh.csv',
  csv(rowsOf('subject-codes', 'cah_codes_english_welsh.csv').filter((row) => /^CAH(10|02)/.test(row.code))),
);
save(
  'subjects',
  'CAH_Change_Log.csv',
  csv(rowsOf('subject-codes', 'CAH_Change_Log.csv').filter((_, index) => index % 12 === 0)),
);

// --- Apprenticeships.
const frameworks = JSON.parse(
  source('apprenticeships', 'apprenticeship_frameworks_2.0.json')
    .toString('utf8')
    .replace(/^\uFEFF/, ''),
);
const words = /Plumbing|Floristry|Accounting|Hairdressing|Sporting Excellence|Refrigeration|Software/;
save(
  'apprenticeships',
  'apprenticeship_frameworks_2.0.json',
  `${JSON.stringify(
    frameworks.filter(({ Title }) => words.test(Title)),
    null,
    1,
  )}\n`,
);
const standards = [
  [
    ...[
      'Programme Type',
      'Name',
      'Reference',
      'Version Number',
      'Status',
      'Approved for Delivery Date',
      'Route',
      'Level',
    ],
    ...['Maximum Funding (£)', 'Typical Duration', 'Minimum Hours For Compliance', 'Trailblazer Contact'],
    ...['LARS code for providers only', 'SSA2 code', 'EQA Provider', 'Link', 'Last Updated', 'Job Titles'],
    ...['Overview of role', 'Banners'],
  ],
  [
    ...['Apprenticeship', 'Autocare technician', 'ST0499', '1.3', 'Approved for delivery', '24/05/2018'],
    ...[
      'Engineering and manufacturing',
      '2',
      '13000',
      '30',
      '605',
      'a.person@example.org',
      '283',
      '4.1',
      'Ofqual',
    ],
    ...[
      'https://example.org/st0499',
      '19/09/2025',
      'Autocare technician;Fast fit technician',
      'A sentence.',
      '',
    ],
  ],
  [
    ...[
      'Apprenticeship',
      'Made-up plumbing technician',
      'ST9901',
      '1.0',
      'Approved for delivery',
      '01/02/2020',
    ],
    ...[
      'Construction and the built environment',
      '3',
      '21000',
      '48',
      '',
      'b.person@example.org',
      '',
      '5.2',
      '',
    ],
    ...['https://example.org/st9901', '01/02/2020', 'Plumber;Heating installer', 'A sentence.', ''],
  ],
  [
    ...[
      'Apprenticeship',
      'Made-up visionary',
      'ST9902',
      '1.0',
      'In development',
      '',
      'Creative and design',
      '4',
    ],
    ...['0', '', '', '', '', '', '', '', '', '', 'A sentence.', ''],
  ],
  [
    ...[
      'Foundation apprenticeship unit',
      'Made-up unit',
      'AU9903',
      '1.0',
      'Retired',
      '',
      'Creative and design',
      '2',
    ],
    ...['0', '', '', '', '', '', '', '', '', '', '', ''],
  ],
];
save('apprenticeships', 'apprenticeship-standards.csv', `Data as of 05/08/2026\n${stringify(standards)}`);
save(
  'apprenticeships',
  'occupations.json',
  `${JSON.stringify(
    [
      {
        stdCode: 'OCC0499',
        name: 'Autocare technician',
        level: 2,
        versionNo: '1.3',
        statusName: 'Approved occupation',
        soc: { soc2020Code: 5231, soc2020Description: 'Vehicle technicians, mechanics and electricians' },
        mapHierarchy: { routeName: 'Engineering and manufacturing' },
        typicalJobTitles: [{ name: 'Autocare technician' }],
        products: [
          {
            productCode: 'ST0499',
            name: 'Autocare technician',
            typeName: 'Apprenticeship',
            statusName: 'Approved for delivery',
          },
          { productCode: 'TQ9901', name: 'A technical qualification', typeName: 'Technical qualification' },
        ],
      },
      {
        stdCode: 'OCC9904',
        name: 'Made-up florist',
        level: 2,
        versionNo: '1.0',
        statusName: 'Approved occupation',
        soc: { soc2020Code: 0 },
        mapHierarchy: { routeName: 'Agriculture, environmental and animal care' },
        typicalJobTitles: ['Florist'],
      },
    ],
    null,
    1,
  )}\n`,
);
