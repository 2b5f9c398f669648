import { findSources, type SourceFile } from '@lmi/importing';
import {
  cutShort,
  duplicateRow,
  editCsv,
  editWorkbook,
  memoryStage,
  officialSources,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
  zipOf,
} from '@lmi/importing/testing';
import { fixtureFiles, openHouse, publishReference, type PayHouse } from './published';
import { ashe } from '../src/importers/ashe';

const annual2024 = 'PROV - Occupation SOC20 (4) Table 14.7a   Annual pay - Gross 2024.xlsx';
const annual2023 = 'PROV - Occupation SOC20 (4) Table 14.7a   Annual pay - Gross 2023.xls';
const annual2021 = 'PROV - Occupation SOC10 (4) Table 14.7a   Annual pay - Gross 2021.xls';
const companion2024 = 'PROV - Occupation SOC20 (4) Table 14.7b   Annual pay - Gross 2024 CV.xlsx';
const tidy2024 = 'ashe_table14_2024.csv';

let files: SourceFile[];
beforeAll(async () => {
  files = await fixtureFiles();
});

const fileOf = (name: string): SourceFile => files.find((file) => file.name === name)!;
const only = (...names: string[]): SourceFile[] => names.map(fileOf);

async function staged(from: readonly SourceFile[]) {
  const stage = memoryStage();
  await (await ashe.open(from, undefined)).load(stage.context);
  return stage;
}

const cell = (soc: string, measure: string, year: number, more = '') =>
  `SELECT * FROM pay_cell WHERE soc = '${soc}' AND measure = '${measure}' AND year = ${year}
   AND sex = 'all' AND working_pattern = 'all' AND area = 'K02000001' AND age = 'all' ${more}`;

describe('reading the official layouts', () => {
  it('reads an .xlsx workbook with its companion of coefficients of variation', async () => {
    const stage = await staged(only(annual2024, companion2024));
    expect(await stage.reader.get(cell('2134', 'annual-pay', 2024))).toMatchObject({
      classification: 'soc2020',
      jobs_thousand: expect.any(Number),
      mean: expect.any(Number),
      cv_mean: expect.any(Number),
      markers: '',
    });
    expect(await stage.reader.get(cell('1111', 'annual-pay', 2024))).toMatchObject({
      cv_median: 6.9,
      cv_mean: 29,
    });
    const populations = await stage.reader.all('SELECT DISTINCT sex, working_pattern FROM pay_cell');
    expect(populations).toHaveLength(9);
    stage.close();
  });

  it('reads .xls workbooks of both titles, and keeps every marker', async () => {
    const stage = await staged(only(annual2021, annual2023));
    expect(await stage.reader.get(cell('1116', 'annual-pay', 2021))).toMatchObject({
      classification: 'soc2010',
      jobs_thousand: null,
      median: null,
      mean: 18365,
      p10: null,
      markers: expect.stringMatching(/^jobs_thousand=x;median=x;p10=x;/),
    });
    expect(await stage.reader.get(cell('all', 'annual-pay', 2023))).toMatchObject({
      median: 29669,
      mean_change: 5.8,
    });
    stage.close();
  });

  it('reads tidy files and the extracts by region and by age', async () => {
    const stage = await staged(files);
    expect(stage.totals).toMatchObject({ read: expect.any(Number), progress: 1 });
    expect(await stage.reader.get(cell('2134', 'weekly-pay', 2025))).toMatchObject({
      mean: 1187.5,
      jobs_thousand: null,
    });
    expect(await stage.reader.get(cell('1112', 'annual-pay', 2025))).toMatchObject({
      mean: 26855,
      median: null,
      markers: expect.stringMatching(/^median=\?;p10=\?/),
    });
    const london = await stage.reader.get(
      `SELECT mean FROM pay_cell WHERE soc = '2' AND area = 'E12000007' AND measure = 'weekly-pay' AND sex = 'all' AND working_pattern = 'all'`,
    );
    expect(london).toEqual({ mean: expect.any(Number) });
    const young = await stage.reader.get(
      `SELECT mean FROM pay_cell WHERE soc = '2' AND age = '18-21' AND measure = 'annual-pay' AND sex = 'all' AND working_pattern = 'all'`,
    );
    expect(young).toEqual({ mean: 23024 });
    stage.close();
  });

  it('says which edition the files are of', async () => {
    await expect(ashe.open(files, undefined)).resolves.toMatchObject({ edition: '2025' });
    await expect(ashe.open(only(annual2023), '2023')).resolves.toMatchObject({ edition: '2023' });
  });

  it('finds workbooks inside an archive', async () => {
    const archive = await zipOf('ashe.zip', only(annual2023));
    expect(ashe.accepts({ name: annual2023, path: `ashe.zip/${annual2023}` })).toBe(true);
    expect(ashe.accepts({ name: archive.name, path: archive.path })).toBe(false);
  });

  it('leaves other tables alone', () => {
    const names = [
      'PROV - Occupation SOC20 (4) Table 14.2a   Weekly pay - Excluding overtime 2024.xlsx',
      'notes.csv',
    ];
    expect(names.map((name) => ashe.accepts({ name, path: name }))).toEqual([false, false]);
  });
});

describe('refusing damaged files', () => {
  const refused = async (from: readonly SourceFile[], message: RegExp, edition?: string): Promise<void> => {
    await expect(ashe.open(from, edition)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    });
  };
  const changed = async (
    name: string,
    ...edits: Parameters<typeof editWorkbook>[2][]
  ): Promise<SourceFile[]> => [await editWorkbook(fileOf(name), 'Male', ...edits)];

  it('a missing file', () => refused([], /missing file: none of the files/));
  it('a companion without its workbook', () =>
    refused(only(companion2024), /missing file: .*14\.7b.* has no workbook/));
  it('a missing sheet', async () => {
    const renamed = await editWorkbook(fileOf(annual2024), 'Male');
    await refused([{ ...renamed, name: annual2023 }], /wrong workbook/);
  });
  it('another table under this name', async () =>
    refused(
      await changed(annual2024, replaceText('Table 14.7a', 'Table 14.8a')),
      /sheet Male, cell A1: wrong workbook/,
    ));
  it('another population on a sheet', async () =>
    refused(
      await changed(annual2024, replaceText('For male', 'For female')),
      /sheet Male, cell A1: wrong workbook/,
    ));
  it('another year in the title than in the name', async () =>
    refused(
      await changed(annual2024, replaceText('Kingdom, 2024', 'Kingdom, 2022')),
      /wrong workbook.*2022.*2024/,
    ));
  it('a changed header', async () =>
    refused(
      await changed(annual2024, setCell(4, 5, 'Average')),
      /sheet Male, cell F5: changed header: found "Average"/,
    ));
  it('a shifted column', async () =>
    refused(await changed(annual2024, shiftColumn(1)), /sheet Male.*changed header|sheet Male, cell/));
  it('a column shifted below the header', async () =>
    refused(
      await changed(annual2024, shiftColumn(1, 5)),
      /sheet Male, cell B7: found "", expected an occupation code/,
    ));
  it('text where a number must be', async () =>
    refused(
      await changed(annual2024, setCell(8, 3, 'n/a')),
      /sheet Male, cell D9: found "n\/a", expected a number/,
    ));
  it('an occupation that comes twice', async () =>
    refused(await changed(annual2024, setCell(8, 1, '1')), /sheet Male, cell B9: duplicate of .*cell B7/));
  it('a sheet that ends early', async () =>
    refused(
      await changed(annual2024, (rows) => void rows.splice(12)),
      /ends before the row "Not Classified"/,
    ));
  it('a workbook that is cut short', async () =>
    refused([cutShort(fileOf(annual2024))], /damaged or cut short/));
  it.each([0.1, 0.4, 0.7, 0.95])('an old workbook of which %d is left', async (part) =>
    refused(
      [cutShort(fileOf(annual2023), part)],
      /damaged or cut short|ends before the row "Not Classified"/,
    ),
  );
  it('another edition than the one asked for', () => refused(files, /wrong edition: 2024 .* 2025/, '2024'));
  it('a tidy file of another year', async () =>
    refused([await editCsv(fileOf(tidy2024), setCell(1, 0, '2023'))], /line 2, column year: found "2023"/));
  it('a tidy file with a changed header', async () =>
    refused([await editCsv(fileOf(tidy2024), setCell(0, 8, 'jobs'))], /line 1: changed header/));
  it('a tidy row that comes twice', async () =>
    refused(
      [await editCsv(fileOf(tidy2024), duplicateRow(3))],
      /duplicate of ashe_table14_2024\.csv, line 4/,
    ));
  it('a tidy file with a shifted column', async () =>
    refused(
      [await editCsv(fileOf(tidy2024), (rows) => void (rows[5]![8] = 'Software'))],
      /line 6, column jobs_thousand: found "Software"/,
    ));
  it('a workbook and a tidy file that disagree', async () => {
    const other = await editCsv(fileOf(tidy2024), (rows) => {
      const row = rows.find((candidate) => candidate[4] === 'annual_pay_gross' && candidate[6] === '2134')!;
      row[11] = '1';
    });
    await refused(
      replaceFile(only(annual2024, tidy2024), other),
      /mean is \d+, but 1 in ashe_table14_2024\.csv/,
    );
  });
});

describe('publishing', () => {
  let house: PayHouse;
  beforeEach(async () => {
    house = await openHouse();
    await publishReference(house);
  });
  afterEach(() => house.close());

  it('passes all its checks and counts what the source withholds', async () => {
    const release = await house.publish(ashe, files);
    expect(house.checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(release).toMatchObject({ dataset: 'ashe', edition: '2025', rowsRejected: 0 });
    expect(release.rowsLoaded).toBeGreaterThan(1000);
    expect(release.valuesSuppressed).toBeGreaterThan(100);
  });

  it('extends the series by one new workbook', async () => {
    await house.publish(
      ashe,
      files.filter(({ name }) => !name.includes('2024')),
    );
    await house.publish(ashe, only(annual2024, companion2024));
    const years = await house.db.read(async (reader) => {
      const { release_id: id } = (await reader.get<{ release_id: number }>(
        "SELECT release_id FROM release_pointer WHERE dataset = 'ashe'",
      ))!;
      return reader.all(
        "SELECT DISTINCT year FROM pay_cell WHERE release_id = ? AND measure = 'annual-pay' ORDER BY year",
        [id],
      );
    });
    expect(years.map(({ year }) => year)).toEqual([2021, 2022, 2023, 2024, 2025]);
  });

  it('keeps the old release when a code is unknown', async () => {
    const first = await house.publish(ashe, files);
    const unknown = await editCsv(fileOf(tidy2024), replaceText('2137', '2138'));
    const damaged = replaceFile(
      files.filter(({ name }) => !name.endsWith('2024.xlsx') && !name.includes('CV')),
      unknown,
    );
    await expect(house.publish(ashe, damaged)).rejects.toMatchObject({ code: 'conflict' });
    expect(house.checks.filter(({ passed }) => !passed)).toEqual([
      expect.objectContaining({ detail: expect.stringMatching(/1 unknown: 2138/) }),
    ]);
    const current = await house.db.read((reader) => house.releases.current(reader, 'ashe'));
    expect(current?.version).toBe(first.version);
  });

  it.each([
    ['percentiles that fall', (rows: unknown[][]) => void (rows[1]![14] = '99999999'), /percentiles rise/],
    ['jobs that do not add up', (rows: unknown[][]) => void (rows[1]![8] = '1'), /jobs of men and women/],
    ['a population that lost a row', (rows: unknown[][]) => void rows.splice(8, 1), /same occupations/],
  ])('refuses %s', async (_what, edit, name) => {
    const damaged = await editCsv(fileOf('ashe_table14_2022.csv'), edit as never);
    await expect(house.publish(ashe, replaceFile(files, damaged))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(house.checks.some((check) => !check.passed && name.test(check.name))).toBe(true);
  });

  it('serves every sampled cell as its source file states it', async () => {
    await house.publish(ashe, files);
    await expectReconciled(house, files, 1500);
  });
});

/** Answers a reconciliation path as the public API does: query parameters become the fields of the request. */
async function expectReconciled(house: PayHouse, from: readonly SourceFile[], sample: number): Promise<void> {
  const cells = await ashe.reconcile!(
    from.filter((file) => ashe.accepts(file)),
    sample,
    7,
  );
  expect(cells).toHaveLength(sample);
  for (const { path, pick, expected, place } of cells) {
    const query = new URL(path, 'http://127.0.0.1').searchParams;
    const year = Number(query.get('year'));
    const reply = await house.ask({
      ...Object.fromEntries(query),
      statistics: query.get('statistics')!.split(','),
      minYear: year,
      maxYear: year,
      fallBack: query.get('fallBack') === 'true',
    });
    const served = pick(JSON.parse(JSON.stringify(reply)));
    expect({ place, value: served?.value }).toEqual({ place, value: expected.value });
    expect(served?.marks).toEqual(expect.arrayContaining([...expected.marks]));
  }
}

if (officialSources) {
  describe('the whole official files', () => {
    it('agree with their tidy form, pass every check, and are served as they state', async () => {
      const found = await Promise.all(
        ashe.defaultFolders.map((folder) => findSources(`${officialSources}/${folder}`)),
      );
      const whole = found.flat().filter((file) => ashe.accepts(file));
      const codesOf = async (name: string): Promise<string[]> => {
        const text = (await whole.find((file) => file.name === name)!.read()).toString();
        return [...new Set(Array.from(text.matchAll(/^(?:[^,]*,){6}(\d{4}),/gm), (match) => match[1]!))];
      };
      const house = await openHouse();
      await publishReference(house, {
        soc2010: await codesOf('ashe_table14_2021.csv'),
        soc2020: await codesOf('ashe_table14_2024.csv'),
      });
      const release = await house.publish(ashe, whole);
      expect(release).toMatchObject({ edition: '2025', rowsRead: 91488, rowsLoaded: 91488 });
      await expectReconciled(house, whole, 2000);
      await house.close();
    }, 300_000);
  });
}
