/** Dataset `sample-adverts`: the project's own made-up adverts. */
import {
  checkThat,
  codesKnown,
  expectMatch,
  expectNumber,
  expectOneOf,
  expectText,
  publishedRows,
  readCsv,
  rowCount,
  UniqueKeys,
  type DatasetImporter,
} from '@lmi/importing';
import type { SqlValue } from '@lmi/kit';
import { advertColumns, advertRows, advertWordColumns, type SalaryUnit } from '../advert';
import { confidenceNeeded } from '../coding';
import { Outcodes } from '../places';
import type { OutcodeRecord } from '../queries';
import { sampleAdvert, sampleSource } from '../sample';
import { pickFile, refuseOtherEdition } from './files';

const columns = [
  'number',
  'title',
  'employer',
  'outcode',
  'town',
  'posted',
  'closes',
  'salary',
  'unit',
  'wording',
  'soc',
  'confidence',
] as const;
const pattern = /^sample_advert\.csv$/;
const edition = 'sample-1';
const units: readonly SalaryUnit[] = ['GBP/year', 'GBP/hour'];

export const sampleAdvertsImporter: DatasetImporter = {
  card: {
    id: 'sample-adverts',
    title: 'Sample adverts (made up)',
    publisher: 'LMI for All, revived',
    licence: 'CC0-1.0',
    licenceUrl: 'https://creativecommons.org/publicdomain/zero/1.0/',
    attribution: 'Sample adverts by LMI for All, revived (CC0 1.0): none of them is real',
    sourceUrl: 'data/sample-adverts/sample_advert.csv',
    cadence: 'irregular',
    description:
      'Made-up adverts of made-up employers for every unit group of SOC 2020, spread over the country, served while no source ' +
      'of real adverts is set up, so that clients and pages can be tried.',
    caveats: [
      'None of these adverts is real: nobody can apply for them, and they must not be counted.',
      'Their dates follow the day on which they are asked for.',
    ],
    dependsOn: ['soc', 'outcodes'],
    derived: false,
  },
  version: 1,
  tables: { advert: advertColumns, advert_word: advertWordColumns },
  withheld: {},
  defaultFolders: [],
  accepts: ({ name }) => pattern.test(name),

  async open(files, asked) {
    const file = pickFile(files, pattern, 'the sample adverts');
    refuseOtherEdition(file, edition, asked);
    const table = await readCsv(file, { columns });
    const keys = new UniqueKeys((row) => table.place(row));
    const lines = table.rows.map((values, row) => {
      const value = (column: (typeof columns)[number]): string => values[columns.indexOf(column)]!;
      const at = (column: string) => () => table.place(row, column);
      const number = (column: (typeof columns)[number]): number => expectNumber(value(column), at(column));
      keys.add(value('number'), row);
      const soc = value('soc');
      return {
        coding: {
          soc: soc === '' ? undefined : expectMatch(soc, /^[1-9]\d{3}$/, at('soc'), 'a SOC 2020 unit group'),
          confidence: number('confidence'),
        },
        advert: sampleAdvert({
          number: expectText(value('number'), at('number')),
          title: expectText(value('title'), at('title')),
          employer: expectMatch(value('employer'), /\(made up\)$/, at('employer'), 'an employer "(made up)"'),
          outcode: expectMatch(
            value('outcode'),
            /^[A-Z]{1,2}\d[A-Z\d]?$/,
            at('outcode'),
            'an outward postcode',
          ),
          town: expectText(value('town'), at('town')),
          posted: number('posted'),
          closes: number('closes'),
          salary: number('salary'),
          unit: expectOneOf(value('unit'), units, table.place(row, 'unit')) as SalaryUnit,
          wording: number('wording'),
        }),
      };
    });
    return {
      edition,
      async load(context) {
        const records = await publishedRows<OutcodeRecord>(
          context.sink.reader,
          'outcodes',
          'outcode',
          'outcode, latitude, longitude, town, place, area, district',
        );
        const outcodes = new Outcodes('', records, { area: () => undefined });
        const codings = new Map(lines.map(({ advert, coding }) => [advert, coding]));
        const rows = advertRows(codings.keys(), (advert) => codings.get(advert), outcodes, confidenceNeeded);
        context.rowsRead(lines.length);
        await context.sink.insert('advert', advertColumns, rows.adverts);
        await context.sink.insert('advert_word', advertWordColumns, rows.words);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const count = async (what: string, params: readonly SqlValue[] = []): Promise<number> =>
      Number(
        (
          await reader.get<{ n: number }>(
            `SELECT COUNT(*) AS n FROM advert WHERE release_id = ? AND ${what}`,
            [releaseId, ...params],
          )
        )?.n ?? 0,
      );
    const other = await count('source <> ?', [sampleSource]);
    const unmarked = await count("employer NOT LIKE '%(made up)'");
    const nowhere = await count('latitude IS NULL');
    return [
      await rowCount(reader, releaseId, 'advert', { atLeast: 1 }),
      await codesKnown(reader, releaseId, 'advert', 'soc', { classification: 'soc2020' }),
      checkThat('advert: all are samples', other + unmarked === 0, `${other + unmarked} are not`),
      checkThat('advert: all have a place', nowhere === 0, `${nowhere} have none`),
    ];
  },
};
