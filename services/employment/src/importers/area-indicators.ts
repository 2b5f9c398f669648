/** Dataset `area-indicators`: labour market indicators of areas, as Explore Local Statistics publishes them. */
import {
  checkThat,
  expectNumberOrMarker,
  layoutError,
  noDuplicates,
  publishedRows,
  readCsv,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  valuesWithin,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader, type SqlValue } from '@lmi/kit';
import { sortMarks } from '@lmi/statistics';
import { areaIndicatorColumns, greatBritain, indicators, type Indicator } from '../labour-market/codes';
import { marksOfIndicatorMarker } from '../labour-market/marks';
import { seededSample } from './sampling';

interface IndicatorRow {
  readonly area: string;
  readonly indicator: Indicator;
  readonly period: string;
  readonly value: number | null;
  readonly people: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly marker: string;
  readonly place: () => string;
}

/** Columns of the file of rates, and of the others; people are given for rates and for modelled unemployment only. */
const layouts = {
  rates: [
    'indicator',
    'areacd',
    'period',
    'observation',
    'numerator',
    'lower_confidence_interval_95',
    'upper_confidence_interval_95',
    'unit',
    'observation_status',
    'notes',
  ],
  others: [
    'Indicator',
    'AREACD',
    'Period',
    'Observation',
    'Count',
    'Lower Confidence Interval (95%)',
    'Upper Confidence Interval (95%)',
    'Unit',
    'Observation Status',
    'Notes',
  ],
} as const;

const withCount = 'aged-16-years-and-over-modelled-unemployment.csv';
const withRates = 'employment-rate.csv';
const names: readonly string[] = [...new Set(indicators.map(({ file }) => file))];
const units: Readonly<Record<string, Indicator['unit']>> = { '%': 'percent', '£': 'GBP/week' };

/** "2023", "2024-04" or "2013-01-01T00:00:00/P1Y" (the year 2013). */
function periodOf(text: string, place: () => string): string {
  const period = /^(\d{4}(?:-\d{2})?)(?:-01T00:00:00\/P1Y)?$/.exec(text)?.[1];
  if (!period)
    throw layoutError(place, `found "${text}", expected a year, a month or a year as 2013-01-01T…/P1Y`);
  return text.endsWith('P1Y') ? period.slice(0, 4) : period;
}

/** The source prints limits with the rest of a binary sum: 4.300000000000001. */
const tidy = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(9)));

async function readFile(file: SourceFile): Promise<IndicatorRow[]> {
  const all = file.name === withRates ? layouts.rates : layouts.others;
  const columns = file.name === withRates || file.name === withCount ? all : all.filter((c) => c !== 'Count');
  const table = await readCsv(file, { columns, allowExtra: true });
  const known = indicators.filter((indicator) => indicator.file === file.name);
  const at = Object.fromEntries(all.map((column, index) => [index, columns.indexOf(column as never)]));
  const keys = new UniqueKeys((row) => table.place(row));
  const empty = new Set(['']);
  return table.rows.map((cells, row): IndicatorRow => {
    const text = (index: number): string => (at[index]! < 0 ? '' : cells[at[index]!]!.trim());
    const place = (index: number) => () => table.place(row, all[index]);
    const number = (index: number) => expectNumberOrMarker(text(index), empty, place(index)).value;
    const indicator = known.find(({ says }) => says.test(text(0)));
    if (!indicator)
      throw layoutError(place(0), `found "${text(0)}", expected ${known.map((k) => k.name).join(' or ')}`);
    if (units[text(7)] !== indicator.unit)
      throw layoutError(place(7), `found "${text(7)}", expected the unit of ${indicator.name}`);
    const area = text(1);
    if (!/^[KEWSN]\d{8}$/.test(area)) throw layoutError(place(1), `found "${area}", expected an area code`);
    const value = number(3);
    const status = text(8);
    if (!['', 'x', 'u'].includes(status))
      throw layoutError(place(8), `found "${status}", expected x, u or an empty cell`, ['', 'x', 'u']);
    if ((value === null) !== (status !== '')) {
      throw layoutError(
        place(3),
        `found "${text(3)}" with the status "${status}": a value must stand where no status does`,
      );
    }
    const period = periodOf(text(2), place(2));
    keys.add(`${indicator.code}/${area}/${period}`, row);
    return {
      area,
      indicator,
      period,
      value,
      people: value === null ? null : number(4),
      lower: value === null ? null : tidy(number(5)),
      upper: value === null ? null : tidy(number(6)),
      marker: value !== null && /sample size is small/.test(text(9)) ? 'small-sample' : status,
      place: place(3),
    };
  });
}

async function readFiles(files: readonly SourceFile[]): Promise<IndicatorRow[]> {
  const rows: IndicatorRow[] = [];
  for (const name of names) {
    const file = files.find((candidate) => candidate.name === name);
    if (!file) {
      throw new LmiError('invalid-argument', `missing file: ${name} of Explore Local Statistics`, {
        field: 'from',
        validValues: names,
      });
    }
    rows.push(...(await readFile(file)));
  }
  return rows;
}

async function areasListed(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const known = await publishedRows<{ code: string }>(reader, 'areas', 'area', 'code');
  const codes = new Set([...known.map(({ code }) => code), greatBritain]);
  const found = await reader.all<{ area: string }>(
    'SELECT DISTINCT area FROM area_indicator WHERE release_id = ?',
    [releaseId],
  );
  const unknown = found.filter(({ area }) => !codes.has(area));
  return checkThat(
    'area_indicator: every area is known',
    unknown.length === 0,
    unknown.length === 0 ? `${found.length} areas` : `unknown: ${unknown.map(({ area }) => area).join(', ')}`,
  );
}

export const areaIndicatorsImporter: DatasetImporter = {
  card: {
    id: 'area-indicators',
    title: 'Explore Local Statistics: labour market indicators of areas',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl: 'https://www.ons.gov.uk/explore-local-statistics/indicators',
    cadence: 'quarterly',
    description:
      'Unemployment, employment, economic inactivity, benefit claimants, qualifications and median weekly pay of the nations, regions, ' +
      'counties, combined authorities and districts, by year, with the 95 per cent interval where the source gives one.',
    caveats: [
      'Unemployment is modelled by the publisher; it covers Great Britain and its parts, not Northern Ireland.',
      'Areas are those of the publisher’s boundaries: former districts have no figures, new ones may lack early years.',
      'Employment and inactivity of areas where few people were asked are unreliable and marked so.',
    ],
    gaps: [
      {
        what: 'Unemployment by occupation',
        why: 'No open table of it is at hand; a Nomis export can be imported as dataset unemployment.',
      },
      {
        what: 'People by occupation below districts, and distance to work',
        why: 'They are in the census; its tables can be imported as dataset census.',
      },
      { what: 'Jobs by occupation where people work', why: 'No open source has them by district.' },
    ],
    dependsOn: ['areas'],
    derived: false,
  },
  version: 1,
  tables: { area_indicator: areaIndicatorColumns },
  figures: indicators.map((indicator) => ({
    figure: indicator.code,
    table: 'area_indicator',
    value: 'value',
    level: `CASE WHEN area LIKE 'K%' OR area LIKE '_92%' THEN 'nation' WHEN area LIKE 'E12%' THEN 'region' ELSE 'local area' END`,
    period: 'period',
    marker: 'marker',
    marksOf: (marker, withheld) => indicatorMarks(indicator, marker, withheld ? null : 0),
    where: `indicator = '${indicator.code}'`,
  })),
  withheld: {},
  defaultFolders: ['area-indicators'],
  accepts: ({ name }) => names.includes(name),

  async open(files, edition) {
    const rows = await readFiles(files);
    const found = rows.reduce((latest, { period }) => (period > latest ? period : latest), '').slice(0, 4);
    if (edition !== undefined && edition !== found) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found],
        },
      );
    }
    return {
      edition: found,
      async load(context) {
        const known = await publishedRows<{ code: string }>(context.sink.reader, 'areas', 'area', 'code');
        const codes = new Set([...known.map(({ code }) => code), greatBritain]);
        const refused = new Map<string, { rows: number; place: string }>();
        const staged: SqlValue[][] = [];
        let withheld = 0;
        let marked = 0;
        for (const row of rows) {
          if (!codes.has(row.area)) {
            const { rows: before, place } = refused.get(row.area) ?? { rows: 0, place: row.place() };
            refused.set(row.area, { rows: before + 1, place });
            continue;
          }
          const { area, indicator, period, value, people, lower, upper, marker } = row;
          staged.push([area, indicator.code, period, value, people, lower, upper, marker]);
          withheld += value === null ? 1 : 0;
          marked += marker !== '' || indicator.modelled ? 1 : 0;
        }
        for (const [area, { rows: count, place }] of refused) {
          const [file, ...rest] = place.split(', ');
          context.reject({
            file: file!,
            place: rest.join(', '),
            reason: `${area}, ${count} rows: not in the list of areas`,
          });
        }
        context.rowsRead(rows.length);
        context.count(withheld, marked);
        await context.sink.insert('area_indicator', areaIndicatorColumns, staged);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const table = 'area_indicator';
    return [
      await rowCount(reader, releaseId, table, { atLeast: 1 }),
      ...(await Promise.all(
        indicators.map(({ code }) =>
          rowCount(reader, releaseId, table, {
            atLeast: 1,
            where: `indicator = '${code}'`,
            name: `area_indicator: rows of ${code}`,
          }),
        ),
      )),
      await rowCountNotFallen(reader, releaseId, 'area-indicators', table, 5),
      await noDuplicates(reader, releaseId, table, ['area', 'indicator', 'period']),
      await valuesWithin(reader, releaseId, table, 'value', 0, 100, "indicator <> 'median-weekly-pay'"),
      await valuesWithin(reader, releaseId, table, 'value', 100, 5000, "indicator = 'median-weekly-pay'"),
      await areasListed(reader, releaseId),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const rows = await readFiles(files.filter((file) => areaIndicatorsImporter.accepts(file)));
    // Without the database it is not known which areas are listed: those that all lists have.
    const served = rows.filter(({ area }) => /^(K02|E92|W92|S92|E12|E09|W06|S12|N09)/.test(area));
    return seededSample(served, sample, seed).map((row) => ({
      place: row.place(),
      path: `/api/v2/areas/${row.area}/indicators?indicators=${row.indicator.code}&year=${row.period.slice(0, 4)}`,
      pick(body) {
        const { observations } = body as {
          observations?: {
            indicator: string;
            cell: { value: number | null; period: string; marks: string[] };
          }[];
        };
        const cell = observations?.find(
          (item) => item.indicator === row.indicator.code && item.cell.period === row.period,
        )?.cell;
        return cell && { value: cell.value ?? null, marks: cell.marks };
      },
      expected: { value: row.value, marks: indicatorMarks(row.indicator, row.marker, row.value) },
    }));
  },
};

function indicatorMarks(indicator: Indicator, marker: string, value: number | null): readonly string[] {
  const modelled = indicator.modelled && value !== null ? (['modelled'] as const) : [];
  return sortMarks([...marksOfIndicatorMarker(marker), ...modelled]);
}
