// Cuts the fixtures of this service's tests out of the official files: a few occupations, every layout.
// Usage: LMI_SOURCES=<folder of official files> node services/pay/test/make-fixtures.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { read, utils, write } = require('@e965/xlsx');
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of official files');
const target = join(import.meta.dirname, 'fixtures');

// Information technology: SOC 2010 2133 to 2139 became SOC 2020 2131 to 2139, a real many-to-many change.
const codes = new Set(
  ['', '1', '11', '111', '1111', '1112', '1115', '1116', '2', '21', '213'].concat([
    '2131',
    '2132',
    '2133',
    '2134',
    '2135',
    '2136',
    '2137',
    '2139',
  ]),
);

const workbooks = readdirSync(join(sources, 'ashe/original')).filter((name) => /Table 14\.7[ab]/.test(name));
for (const name of workbooks) {
  const book = read(readFileSync(join(sources, 'ashe/original', name)));
  const cut = utils.book_new();
  for (const sheet of book.SheetNames.filter((title) => !/notes/i.test(title))) {
    const rows = utils.sheet_to_json(book.Sheets[sheet], { header: 1, raw: true, defval: null });
    const last = rows.findIndex((row) => row[0] === 'Not Classified');
    const kept = rows.slice(5, last).filter((row) => codes.has(String(row[1] ?? '').trim()));
    const all = [...rows.slice(0, 5), ...kept, rows[last], ['a  A footnote.']].map((row) => row.slice(0, 17));
    utils.book_append_sheet(cut, utils.aoa_to_sheet(all), sheet);
  }
  const bookType = name.endsWith('.xls') ? 'biff8' : 'xlsx';
  writeFileSync(join(target, name), write(cut, { type: 'buffer', bookType, compression: true }));
}

// Annual pay with every population, as the workbooks have it; weekly pay with a few.
const weeklySheets = new Set(['All', 'Male', 'Female', 'Part-Time']);
const keeps = (row) =>
  row.measure === 'annual_pay_gross' || (row.measure === 'weekly_pay_gross' && weeklySheets.has(row.sheet));

for (const name of readdirSync(join(sources, 'ashe/tidy'))) {
  const rows = parse(readFileSync(join(sources, 'ashe/tidy', name)), { columns: true });
  const kept = rows.filter((row) => {
    if (!keeps(row)) return false;
    if (row.soc2020_major !== undefined) return row.soc2020_major === '1' || row.soc2020_major === '2';
    return row.code === undefined || codes.has(row.code);
  });
  // Footnotes came along with some sheets; their text is not needed, their place is.
  for (const row of kept) if (/^a\s/.test(row.description ?? '')) row.description = 'a  A footnote.';
  writeFileSync(join(target, name), stringify(kept, { header: true, columns: Object.keys(rows[0]) }));
}
