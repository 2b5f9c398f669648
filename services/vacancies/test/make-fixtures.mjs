// Cuts the fixtures of this service's tests out of the official files: a few occupations, areas and months, every layout.
// Usage: LMI_SOURCES=<folder of official files> node services/vacancies/test/make-fixtures.mjs
// The survey's file is not among them: series-160925.csv holds the head and last lines of the publisher's file of that day.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { read, utils, write } = require('@e965/xlsx');
const { parse } = require('csv-parse/sync');
const { stringify } = require('csv-stringify/sync');

const sources = process.env.LMI_SOURCES;
if (!sources) throw new Error('LMI_SOURCES must name the folder of official files');
const target = join(import.meta.dirname, 'fixtures');
mkdirSync(target, { recursive: true });

const cut = (folder, name, keep) => {
  const rows = parse(readFileSync(join(sources, folder, name)), { columns: true, bom: true });
  writeFileSync(
    join(target, name),
    stringify(rows.filter(keep), { header: true, columns: Object.keys(rows[0]) }),
  );
};

const outcodes = new Set('AB10 BR1 BR2 BT70 CR0 GY1 LS1 LS2 M1 ME14 SE9 SW1A TN1 TN16'.split(' '));
cut('geography', 'outcodes.csv', ({ postcode }) => outcodes.has(postcode));

const units = new Set(['1111', '2134', '2135', '2136', '5315', 'Unknown']);
cut(
  'vacancies',
  'england_online_job_adverts_by_soc2020_2021_2025.csv',
  ({ month, soc2020 }) => units.has(soc2020) && month >= '2024-09',
);
const local = new Set(['LEP/Black Country', 'LEP/London', 'LEP/Unknown', 'MCA/Greater Manchester']);
cut(
  'vacancies',
  'online_job_adverts_by_lep_monthly.csv',
  ({ geographic_level: level, area, time_period: time }) =>
    local.has(`${level}/${area}`) && /2[12]$/.test(time),
);

const name = 'ons_online_job_adverts_by_local_authority_2017_2022.xlsx';
const book = read(readFileSync(join(sources, 'vacancies/original', name)));
const kept = utils.book_new();
const places = new Set(['Adur', 'Bromley', 'Leeds', 'London', 'Scotland', 'Unknown [note 4]']);
for (const sheet of ['1', '2']) {
  const rows = utils.sheet_to_json(book.Sheets[sheet], { header: 1, defval: null });
  utils.book_append_sheet(
    kept,
    utils.aoa_to_sheet(rows.filter((row, at) => at < 4 || places.has(row[0]))),
    sheet,
  );
}
writeFileSync(join(target, name), write(kept, { type: 'buffer', bookType: 'xlsx' }));
