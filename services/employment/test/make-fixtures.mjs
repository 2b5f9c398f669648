// Cuts the fixtures of this service's tests out of the official files: a few occupations and areas, every layout.
// Usage: LMI_SOURCES=<folder of official files> node services/employment/test/make-fixtures.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { read, utils, write } = require('@e965/xlsx');
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');
const { zipSync, strToU8 } = require('fflate');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of official files');
const target = join(import.meta.dirname, 'fixtures');
mkdirSync(target, { recursive: true });

const source = (...path) => readFileSync(join(sources, ...path));
const save = (name, content) => writeFileSync(join(target, name), content);
const cutCsv = (name, folder, keep) => {
  const rows = parse(source(folder, name), { columns: true, bom: true });
  save(name, stringify(rows.filter(keep), { header: true, columns: Object.keys(rows[0]) }));
};

// 2435 is withheld as a whole in 2024; most areas withhold group 63.
const units = new Set(['2134', '2135', '2136', '2139', '2431', '2435', '6135', '6136', '6311', '6312']);
const groups = new Set(['0', '21', '24', '61', '63']);

// --- Employment by industry: shading matters, which the workbook library reads but does not write.
const workbookName = 'employmentby4digitsoc1digitindustryatosuk20212024final.xlsx';
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const cellXml = (row, column, value, shaded) => {
  const at = utils.encode_cell({ r: row, c: column });
  const style = shaded ? ' s="1"' : '';
  return typeof value === 'number'
    ? `<c r="${at}"${style}><v>${value}</v></c>`
    : `<c r="${at}"${style} t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
};
const sheetXml = (rows) =>
  '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' +
  rows
    .map((cells, row) => {
      const xml = cells
        .map((cell, column) => (cell ? cellXml(row, column, cell.v, cell.shaded) : ''))
        .join('');
      return xml ? `<row r="${row + 1}">${xml}</row>` : '';
    })
    .join('') +
  '</sheetData></worksheet>';

const book = read(source('employment/original', workbookName), { dense: true, cellStyles: true });
const sheets = book.SheetNames.map((name) => {
  const data = book.Sheets[name]['!data'];
  const plain = (row) =>
    (data[row] ?? [])
      .slice(0, 21)
      .map((cell) =>
        cell?.v === undefined || cell.v === ''
          ? null
          : { v: cell.v, shaded: cell.s?.patternType === 'lightGray' },
      );
  const head = Array.from({ length: 8 }, (_, row) => plain(row));
  const body = [];
  for (let row = 8; row < 420; row += 1) if (units.has(data[row][1].v.slice(0, 4))) body.push(plain(row));
  // The total of what is kept stands for the total row.
  const total = [null, { v: 'Total' }];
  for (let column = 2; column < 21; column += 1) {
    total.push({
      v: body.reduce((sum, row) => sum + (typeof row[column].v === 'number' ? row[column].v : 0), 0),
    });
  }
  return { name, xml: sheetXml([...head, ...body, total, [], [{ v: 'A footnote.' }]]) };
});
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
save(
  workbookName,
  zipSync(
    Object.fromEntries(
      Object.entries({
        '[Content_Types].xml': `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${type}.sheet.main+xml"/>${sheets.map((_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${type}.worksheet+xml"/>`).join('')}<Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/></Types>`,
        '_rels/.rels': `<Relationships xmlns="${packaged}/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheets.map(({ name }, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="r${i + 1}"/>`).join('')}</sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaged}/relationships">${sheets.map((_, i) => `<Relationship Id="r${i + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="s" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
        'xl/styles.xml': `<styleSheet xmlns="${main}"><fonts count="1"><font/></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="lightGray"/></fill></fills><borders count="1"><border/></borders><cellXfs count="2"><xf/><xf fillId="2" applyFill="1"/></cellXfs></styleSheet>`,
        ...Object.fromEntries(sheets.map(({ xml }, i) => [`xl/worksheets/sheet${i + 1}.xml`, xml])),
      }).map(([name, text]) => [name, strToU8(text)]),
    ),
  ),
);
cutCsv('employment_soc4_by_industry_section_uk_2021_2024.csv', 'employment', (row) => units.has(row.soc2020));

// --- Projections: one or two LSIP areas per region, those that cross regions among them.
const folder = 'skills-imperative-2035';
const lsips = new Set(
  ['TV', 'GM', 'WY', 'LL', 'WW', 'HE', 'GL', 'SL', 'DO', 'SM', 'LI'].map((area) => `${area}_LSIP`),
);
const isLep = (area) => area.endsWith('_LEP');
cutCsv('areas.csv', folder, () => true);
cutCsv('employment_by_occupation.csv', folder, (row) => {
  if (!groups.has(row.soc2020)) return false;
  if (lsips.has(row.area)) return Number(row.year) >= 2020;
  if (row.area === 'EN') return true;
  // All areas of one year, so that the sum of areas can be compared.
  return isLep(row.area) && ['21', '63'].includes(row.soc2020) && row.year === '2024';
});
cutCsv('employment_by_occupation_england_revised_sum_of_leps.csv', folder, (row) => groups.has(row.soc2020));
cutCsv(
  'employment_by_occupation_and_sex.csv',
  folder,
  (row) => groups.has(row.soc2020) && ['EN', 'BC_LEP'].includes(row.area),
);
cutCsv(
  'employment_by_qualification.csv',
  folder,
  (row) => row.area === 'EN' || (row.area === 'BC_LEP' && row.year === '2024'),
);
cutCsv('employment_by_industry_england.csv', folder, (row) => Number(row.year) >= 2024);
cutCsv(
  'replacement_demand.csv',
  folder,
  (row) => groups.has(row.soc2020) && (isLep(row.area) || row.area === 'EN'),
);

// --- APS by area: two years; nations, districts that cross regions, one area of every type.
const areas = new Set([
  'country:England',
  'lep:London',
  'lep:Hull and East Riding',
  'User Defined Geography:Greater London-LSIP - from dn81838',
  'User Defined Geography:Brighton and Hove, East Sussex, Wes - from dn81838',
  'User Defined Geography:North East-MCA - from dn81838',
  ...[
    'Bedford',
    'Milton Keynes',
    'North Northamptonshire',
    'Boston',
    'North East Lincolnshire',
    'Allerdale',
  ].map((name) => `ladu:${name}`),
  ...['Cardiff', 'Rhondda Cynon Taff', 'Glasgow City', 'City of Edinburgh', 'Isles of Scilly'].map(
    (name) => `ladu:${name}`,
  ),
]);
const apsName = 'aps_t09a_by_area_nomis_2023_04_24_143000.xlsx';
const aps = read(source('employment/original', apsName)).Sheets.Data;
const apsRows = utils.sheet_to_json(aps, { header: 1, raw: true, defval: null, blankrows: true });
const starts = apsRows.flatMap((row, index) => (row[0] === 'annual population survey' ? [index] : []));
const kept = starts
  .slice(-2)
  .flatMap((start, block, all) =>
    apsRows
      .slice(start, all[block + 1] ?? apsRows.length)
      .filter((row) => !/^[^:]+:/.test(String(row[0] ?? '')) || areas.has(row[0])),
  );
const cut = utils.book_new();
utils.book_append_sheet(cut, utils.aoa_to_sheet(kept), 'Data');
save(apsName, write(cut, { type: 'buffer', bookType: 'xlsx', compression: true }));

const csvName = 'aps_t09a_2015-2021_england_lep_nuts3_nomis_2022_05_18.csv';
const lines = parse(source('employment/original', csvName), { bom: true });
const header = lines.find((row) => row[0] === 'Cell');
const columns = header.flatMap((cell, column) =>
  [
    'country:England',
    'lep:London',
    'lep:Hull and East Riding',
    'nuts316:UKC11 Hartlepool and Stockton-on-Tees',
  ].includes(cell)
    ? [column, column + 1, column + 2]
    : [],
);
const blocks = lines.flatMap((row, index) => (row[0] === 'annual population survey' ? [index] : []));
const blockRows = [blocks[0], blocks.at(-1)].flatMap((start) => {
  const end = blocks.find((index) => index > start) ?? lines.length;
  return lines.slice(start, end).filter((row) => row[0] !== '' && !/^[!*~]/.test(row[0]));
});
save(
  csvName,
  stringify(
    blockRows.map((row) => {
      const cells = [row[0], ...columns.map((column) => row[column])];
      // The lines above the table have their value in the second column.
      return /^(Analysis|Date|Confidence)/.test(row[0]) ? [row[0], row[1], ...cells.slice(2)] : cells;
    }),
  ),
);

cutCsv('employment-rate.csv', 'area-indicators', (row) => {
  const year = Number(row.period.slice(0, 4));
  if (/^(K02|E92|W92|S92|N92|E12)/.test(row.areacd)) return year >= 2019;
  return year === 2021 && areas.has(`ladu:${row.areanm}`);
});

// --- Indicators of areas: two years of the areas that the tests know.
const listed = /^(K0[234]|E92|W92|S92|N92|E12)|^(E06000055|E09000001|W06000015|S12000036|E06000053)$/;
for (const name of [
  'aged-16-years-and-over-modelled-unemployment.csv',
  'claimant-count.csv',
  'aged-16-to-64-years-level-3-or-above-qualifications.csv',
  'gross-median-weekly-pay.csv',
]) {
  cutCsv(name, 'area-indicators', (row) => listed.test(row.AREACD) && Number(row.Period.slice(0, 4)) >= 2022);
}

// --- Employer Skills Survey: the sheets that are read, and of the summary the columns before the sectors.
const cutBook = (name, sheetNames, keepRow, keepColumn) => {
  const book = read(source('employer-skills-survey', name));
  const made = utils.book_new();
  for (const sheet of sheetNames(book)) {
    const rows = utils.sheet_to_json(book.Sheets[sheet], {
      header: 1,
      raw: true,
      defval: null,
      blankrows: true,
    });
    const last = keepColumn(rows);
    utils.book_append_sheet(
      made,
      utils.aoa_to_sheet(rows.filter((_, row) => keepRow(row)).map((row) => row.slice(0, last))),
      sheet,
    );
  }
  save(name, write(made, { type: 'buffer', bookType: 'xlsx', compression: true }));
};
cutBook(
  'ESS_2017_England_LEP_Standard_Tables_Controlled_v03.01.xlsx',
  () => ['T41', '19', 'T54', 'T56', 'T63'],
  () => true,
  (rows) => rows[8].length,
);
cutBook(
  'ESS_2019_LEP_Summary_Tables_Controlled_v01.00.xlsx',
  (book) => book.SheetNames.slice(2),
  (row) => row < 25,
  (rows) => rows[7].indexOf('LEP') + 1,
);
