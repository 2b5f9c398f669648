/** Dataset `census`: people in work by occupation (TS063, TS064) and distance to work (TS058) and area. */
import {
  areasKnown,
  childrenAddUp,
  codesKnown,
  expectNumber,
  layoutError,
  noDuplicates,
  occupationLevel,
  publishedRows,
  readCsv,
  rowCount,
  UniqueKeys,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
  type SumToCheck,
} from '@lmi/importing';
import { LmiError, type Reader, type SqlValue } from '@lmi/kit';
import { wholeCode } from '../codes';
import { censusColumns, distanceBands } from '../labour-market/codes';
import { seededSample } from './sampling';

/** One file a table and kind of area: districts, regions, countries. */
const fileName = /^census2021-ts(058|063|064)-(ltla|rgn|ctry)\.csv$/;

const leading = ['date', 'geography', 'geography code'] as const;

interface CensusRow {
  readonly area: string;
  readonly topic: 'occupation' | 'distance';
  readonly code: string;
  readonly year: number;
  readonly people: number;
  readonly place: () => string;
}

interface Heading {
  readonly topic: CensusRow['topic'];
  readonly code: string;
}

/**
 * "Occupation (current): 1. Managers…" is group 1, "…: 111 Chief executives…" is group 111, "…: Total: All…" is everybody; some
 * exports add "; measures: Value".
 */
function headingOf(text: string): Heading | undefined {
  const [subject, ...rest] = text.replace(/; measures: Value$/, '').split(': ');
  if (subject === 'Distance travelled to work') {
    const code = distanceBands.find(([, heading]) => heading === rest.join(': '))?.[0];
    return code && { topic: 'distance', code };
  }
  if (!/^Occupation \(current\)/.test(subject!)) return undefined;
  if (rest[0] === 'Total') return { topic: 'occupation', code: wholeCode };
  const code = /^(\d{1,3})\.? \S/.exec(rest.at(-1) ?? '')?.[1];
  return code === undefined ? undefined : { topic: 'occupation', code };
}

async function readFile(file: SourceFile): Promise<CensusRow[]> {
  const header = (await file.read())
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]!;
  const table = await readCsv(file, { columns: leading, allowExtra: true });
  // Quoted headings hold commas: the reader of the rows cuts them as the publisher wrote them.
  const titles = splitHeader(header);
  const headings = titles.slice(leading.length).map((title) => {
    const heading = headingOf(title);
    if (!heading) throw layoutError(`${file.name}, line 1`, `changed header: found "${title}"`);
    return heading;
  });
  const topic = fileName.exec(file.name)![1] === '058' ? 'distance' : 'occupation';
  if (headings.some((heading) => heading.topic !== topic) || !headings.some(({ code }) => code === wholeCode))
    throw layoutError(
      `${file.name}, line 1`,
      `changed header: expected the total and the groups of ${topic}`,
    );
  const twice = headings.find(({ code }, index) => headings.findIndex((h) => h.code === code) !== index);
  if (twice) throw layoutError(`${file.name}, line 1`, `changed header: two columns of ${twice.code}`);
  if (topic === 'distance' && headings.length !== distanceBands.length)
    throw layoutError(
      `${file.name}, line 1`,
      `changed header: ${headings.length} columns, expected ${distanceBands.length}`,
    );
  const whole = await readCsv(file, { columns: titles });
  const keys = new UniqueKeys((row) => table.place(row, 'geography code'));
  return whole.rows.flatMap((cells, row) => {
    const [date, , area] = cells as [string, string, string];
    if (date !== '2021') throw layoutError(table.place(row, 'date'), `found "${date}", expected 2021`);
    if (!/^[KEW]\d{8}$/.test(area))
      throw layoutError(table.place(row, 'geography code'), `found "${area}", expected an area code`);
    keys.add(area, row);
    return headings.map((heading, index): CensusRow => {
      const place = () => table.place(row, titles[leading.length + index]);
      const people = expectNumber(cells[leading.length + index], place);
      return { area, ...heading, year: 2021, people, place };
    });
  });
}

function splitHeader(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"|([^,]+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replaceAll('""', '"').trim(),
  );
}

/** Tables overlap in the total and, in some exports, in the wider groups: the first file's figure is kept. */
async function readFiles(files: readonly SourceFile[]): Promise<CensusRow[]> {
  const known = files.filter(({ name }) => fileName.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (known.length === 0) {
    throw new LmiError(
      'invalid-argument',
      'missing file: a Census 2021 table TS058, TS063 or TS064 of Nomis (census2021-ts064-ltla.csv)',
      { field: 'from' },
    );
  }
  const rows = new Map<string, CensusRow>();
  for (const file of known) {
    for (const row of await readFile(file)) {
      const key = `${row.area}/${row.topic}/${row.code}`;
      if (!rows.has(key)) rows.set(key, row);
    }
  }
  return [...rows.values()];
}

/** Groups of one length, or bands, against the total; each count was changed a little to protect people. */
async function sums(reader: Reader, releaseId: number): Promise<SumToCheck[]> {
  const rows = await reader.all<{ area: string; topic: string; level: string; people: number }>(
    `SELECT area, topic, CASE WHEN code = 'all' THEN 'all' WHEN topic = 'distance' THEN 'band' ELSE LENGTH(code) END AS level,
       SUM(people) AS people FROM census_cell WHERE release_id = ? GROUP BY 1, 2, 3`,
    [releaseId],
  );
  const totals = new Map(
    rows.filter(({ level }) => level === 'all').map((row) => [`${row.area}/${row.topic}`, row.people]),
  );
  return rows
    .filter(({ level }) => level !== 'all')
    .map((row) => ({
      place: `${row.area}/${row.topic}/${row.level}`,
      parent: totals.get(`${row.area}/${row.topic}`) ?? 0,
      children: row.people,
    }));
}

export const censusImporter: DatasetImporter = {
  card: {
    id: 'census',
    title: 'Census 2021: occupation and distance to work of people who live in an area',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl: 'https://www.nomisweb.co.uk/sources/census_2021_bulk',
    cadence: 'every ten years',
    description:
      'People aged 16 and over in work in the week before the census of March 2021, by where they lived, by minor group of SOC 2020 and by distance to work.',
    caveats: [
      'Not bundled: it is served once the publisher’s tables have been imported.',
      'England and Wales only. People are counted where they live, not where they work.',
      'The census was taken during a lockdown: many worked at home who do not now, and people on furlough count as in work.',
      'Counts are changed slightly by the publisher to protect people; sums differ a little from totals.',
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  tables: { census_cell: censusColumns },
  figures: [
    {
      figure: 'people in work',
      table: 'census_cell',
      value: 'people',
      level: `CASE topic WHEN 'distance' THEN 'distance to work' ELSE ${occupationLevel('code')} END`,
      period: 'year',
      marker: "''",
      marksOf: () => [],
    },
  ],
  withheld: {},
  optional: true,
  defaultFolders: ['geography'],
  accepts: ({ name }) => fileName.test(name),

  async open(files, edition) {
    const rows = await readFiles(files);
    if (edition !== undefined && edition !== '2021') {
      throw new LmiError('invalid-argument', `wrong edition: the files are of 2021, asked was ${edition}`, {
        field: 'edition',
        validValues: ['2021'],
      });
    }
    return {
      edition: '2021',
      async load(context) {
        const known = await publishedRows<{ code: string }>(context.sink.reader, 'areas', 'area', 'code');
        const codes = new Set(known.map(({ code }) => code));
        const refused = new Set<string>();
        const staged: SqlValue[][] = [];
        for (const { area, topic, code, year, people, place } of rows) {
          if (codes.has(area)) staged.push([area, topic, code, year, people]);
          else if (!refused.has(area)) {
            refused.add(area);
            const [file, ...rest] = place().split(', ');
            context.reject({
              file: file!,
              place: rest.join(', '),
              reason: `${area}: not in the list of areas`,
            });
          }
        }
        context.rowsRead(rows.length);
        context.count(0, 0);
        await context.sink.insert('census_cell', censusColumns, staged);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const table = 'census_cell';
    return [
      await rowCount(reader, releaseId, table, { atLeast: 1 }),
      await noDuplicates(reader, releaseId, table, ['area', 'topic', 'code']),
      await codesKnown(reader, releaseId, table, 'code', {
        classification: 'soc2020',
        also: [wholeCode],
        where: "topic = 'occupation'",
      }),
      await areasKnown(reader, releaseId, table, 'area'),
      childrenAddUp(`${table}: groups add up to the total`, await sums(reader, releaseId), {
        absolute: 60,
        relative: 0.005,
      }),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const rows = await readFiles(files.filter((file) => censusImporter.accepts(file)));
    const narrowest = Math.max(
      ...rows.map(({ topic, code }) => (topic === 'occupation' && code !== wholeCode ? code.length : 0)),
    );
    const served = rows.filter(
      ({ topic, code }) => code !== wholeCode && (topic === 'distance' || code.length === narrowest),
    );
    return seededSample(served, sample, seed).map((row) => ({
      place: row.place(),
      path: `/api/v2/areas/${row.area}/${row.topic === 'occupation' ? 'occupations' : 'commuting'}`,
      pick(body) {
        const { groups } = body as {
          groups?: { code: string; people: { value: number | null; marks: string[] } }[];
        };
        const cell = groups?.find(({ code }) => code === row.code)?.people;
        return cell && { value: cell.value ?? null, marks: cell.marks };
      },
      expected: { value: row.people, marks: [] },
    }));
  },
};
