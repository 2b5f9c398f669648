import {
  cutShort,
  duplicateRow,
  editCsv,
  editWorkbook,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
  sourceFile,
} from '@lmi/importing/testing';
import type { SourceFile } from '@lmi/importing';
import type { Cell } from '@lmi/contracts';
import type { SqlValue } from '@lmi/kit';
import { areaTables, fixtureFiles, importerOf, openHouse, socTables, type House } from './house';
import { findFailures } from './reconciling';

const tables2017 = 'ESS_2017_England_LEP_Standard_Tables_Controlled_v03.01.xlsx';
const summary2019 = 'ESS_2019_LEP_Summary_Tables_Controlled_v01.00.xlsx';
const series = 'ess_time_series_by_soc_2010.csv';
const rates = 'unemployment_by_last_occupation.csv';
const unemploymentOfAreas = 'aged-16-years-and-over-modelled-unemployment.csv';
const occupations = 'census2021-ts064-ltla.csv';
const distances = 'census2021-ts058-ltla.csv';

let files: SourceFile[];
beforeAll(async () => {
  files = await fixtureFiles();
});
const named = (name: string): SourceFile => files.find((file) => file.name === name)!;

describe('damaged files are refused before anything is staged, by file, place and reason', () => {
  const cases: readonly [string, string, () => Promise<SourceFile[]>, RegExp][] = [
    [
      'a missing file of indicators',
      'area-indicators',
      async () => files.filter(({ name }) => name !== 'claimant-count.csv'),
      /missing file: claimant-count\.csv/,
    ],
    [
      'a renamed column of indicators',
      'area-indicators',
      async () =>
        replaceFile(files, await editCsv(named(unemploymentOfAreas), replaceText('Observation', 'Value'))),
      /unemployment\.csv, line 1: changed header/,
    ],
    [
      'an indicator of another kind',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('claimant-count.csv'), setCell(3, 4, 'Vacancies'))),
      /claimant-count\.csv, line 4, column Indicator: found "Vacancies"/,
    ],
    [
      'another unit',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('gross-median-weekly-pay.csv'), setCell(2, 8, '%'))),
      /line 3, column Unit: found "%"/,
    ],
    [
      'an unknown status',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('claimant-count.csv'), setCell(2, 11, 'q'))),
      /line 3, column Observation Status: found "q"/,
    ],
    [
      'a value that is lost',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('claimant-count.csv'), setCell(2, 6, ''))),
      /line 3, column Observation: found ""/,
    ],
    [
      'a quarter for a period',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('claimant-count.csv'), setCell(2, 5, '2023 Q1'))),
      /line 3, column Period: found "2023 Q1"/,
    ],
    [
      'a repeated row of indicators',
      'area-indicators',
      async () => replaceFile(files, await editCsv(named('claimant-count.csv'), duplicateRow(3))),
      /duplicate of claimant-count\.csv, line 4/,
    ],
    ['no survey tables', 'skills-shortages', async () => [], /missing file: .*2017 tables/],
    [
      'cut survey tables',
      'skills-shortages',
      async () => replaceFile(files, cutShort(named(tables2017))),
      /v03\.01\.xlsx is damaged or cut short/,
    ],
    [
      'another year of the survey',
      'skills-shortages',
      async () =>
        replaceFile(
          files,
          await editWorkbook(named(tables2017), 'T54', replaceText('(ESS) 2017', '(ESS) 2015')),
        ),
      /sheet T54, cell A2: changed title/,
    ],
    [
      'a shifted column of the survey',
      'skills-shortages',
      async () => replaceFile(files, await editWorkbook(named(tables2017), 'T56', shiftColumn(4, 9))),
      /sheet T56, cell E11: found "", expected a number/,
    ],
    [
      'a renamed partnership',
      'skills-shortages',
      async () =>
        replaceFile(
          files,
          await editWorkbook(named(tables2017), 'T63', replaceText('Solent', 'South Coast')),
        ),
      /sheet T63, cell .*: changed header: found "South Coast"/,
    ],
    [
      'a renamed occupation',
      'skills-shortages',
      async () =>
        replaceFile(
          files,
          await editWorkbook(named(tables2017), 'T54', replaceText('Elementary staff', 'Others')),
        ),
      /sheet T54: missing row "Elementary staff"/,
    ],
    [
      'a figure that does not add up',
      'skills-shortages',
      async () => replaceFile(files, await editWorkbook(named(tables2017), 'T54', setCell(11, 1, 1))),
      /sheet T54, cell B11: vacancies: the occupations add up to/,
    ],
    [
      'a summary whose regions disagree',
      'skills-shortages',
      async () => replaceFile(files, await editWorkbook(named(summary2019), 'CUMBRIA', setCell(20, 2, 5))),
      /E12000002 has another figure at/,
    ],
    [
      'a summary without its header',
      'skills-shortages',
      async () => replaceFile(files, await editWorkbook(named(summary2019), 'DORSET', setCell(7, 2, 'AREA'))),
      /sheet DORSET, cell B8: changed header/,
    ],
    [
      'a shifted column of the series',
      'skills-shortages-occupations',
      async () => replaceFile(files, await editCsv(named(series), setCell(1, 14, '12.0'))),
      /line 2, column htfv_den: found 12, but 450 of 1000 is 45\.0 per cent/,
    ],
    [
      'a code of the wrong length',
      'skills-shortages-occupations',
      async () => replaceFile(files, await editCsv(named(series), setCell(1, 6, '213 - Programmers'))),
      /line 2, column soc_4_labelled: found "213 - Programmers", expected .* 4 digits/,
    ],
    [
      'a region in the series',
      'skills-shortages-occupations',
      async () => replaceFile(files, await editCsv(named(series), setCell(1, 2, 'Regional'))),
      /line 2, column geographic_level: found "Regional"/,
    ],
    [
      'an unknown marker of the series',
      'skills-shortages-occupations',
      async () => replaceFile(files, await editCsv(named(series), setCell(1, 11, '?'))),
      /line 2, column vac_sum: found "\?"/,
    ],
    [
      'rates without occupations',
      'unemployment',
      async () =>
        replaceFile(files, await editCsv(named(rates), replaceText('SOC2020_FULL_NAME', 'INDUSTRY_NAME'))),
      /line 1: changed header: no column SOC2020_FULL_NAME or SOC2010_FULL_NAME/,
    ],
    [
      'a rolling year',
      'unemployment',
      async () => replaceFile(files, await editCsv(named(rates), setCell(1, 0, 'Apr 2022-Mar 2023'))),
      /line 2, column DATE_NAME: found "Apr 2022-Mar 2023"/,
    ],
    [
      'an unknown status of Nomis',
      'unemployment',
      async () => replaceFile(files, await editCsv(named(rates), setCell(1, 8, 'Maybe'))),
      /line 2, column OBS_STATUS_NAME: found "Maybe"/,
    ],
    [
      'a suppressed rate that is there',
      'unemployment',
      async () =>
        replaceFile(files, await editCsv(named(rates), setCell(1, 8, 'These figures are suppressed.'))),
      /line 2, column OBS_VALUE: found "2\.0" with the status/,
    ],
    [
      'another age group',
      'unemployment',
      async () => replaceFile(files, await editCsv(named(rates), setCell(1, 4, 'young'))),
      /line 2, column AGE_NAME: found "young"/,
    ],
    ['no census tables', 'census', async () => [], /missing file: a Census 2021 table/],
    [
      'a renamed band of distance',
      'census',
      async () =>
        replaceFile(files, await editCsv(named(distances), replaceText('Less than 2km', 'Up to 2km'))),
      /ts058-ltla\.csv, line 1: changed header: found "Distance travelled to work: Up to 2km"/,
    ],
    [
      'a lost band of distance',
      'census',
      async () =>
        replaceFile(
          files,
          await editCsv(named(distances), (rows) => rows.forEach((row) => void row.splice(5, 1))),
        ),
      /10 columns, expected 11/,
    ],
    [
      'two columns of one group',
      'census',
      async () =>
        replaceFile(files, await editCsv(named(occupations), replaceText('243 Business', '213 Business'))),
      /line 1: changed header: two columns of 213/,
    ],
    [
      'another census',
      'census',
      async () => replaceFile(files, await editCsv(named(occupations), setCell(1, 0, '2011'))),
      /line 2, column date: found "2011"/,
    ],
    [
      'a count that is no number',
      'census',
      async () => replaceFile(files, await editCsv(named(occupations), setCell(1, 4, 'c'))),
      /ts064-ltla\.csv, line 2, .*found "c", expected a number/,
    ],
    [
      'a web page in place of a table',
      'census',
      async () => replaceFile(files, sourceFile(occupations, '<html>Not found</html>')),
      /ts064-ltla\.csv, line 1: changed header/,
    ],
  ];

  test.each(cases)('%s', async (_, dataset, damaged, message) => {
    const importer = importerOf(dataset);
    const found = (await damaged()).filter((file) => importer.accepts(file));
    await expect(importer.open(found, undefined)).rejects.toThrow(message);
  });

  test.each([
    'area-indicators',
    'skills-shortages',
    'unemployment',
    'census',
    'skills-shortages-occupations',
  ])('%s of another edition', async (dataset) => {
    const importer = importerOf(dataset);
    const accepted = files.filter((file) => importer.accepts(file));
    await expect(importer.open(accepted, '1999')).rejects.toThrow(/wrong edition/);
  });
});

const years = { minYear: undefined, maxYear: undefined };
const question = {
  occupation: 'all',
  classification: '',
  area: 'K02000001',
  sex: '',
  age: '',
  fallBack: true,
  ...years,
};

/** What matters of a cell, in short. */
const brief = (cell: Cell | undefined) =>
  cell && {
    value: cell.value === undefined ? undefined : Math.round(cell.value * 10) / 10,
    marks: cell.marks,
    answered: `${cell.answered?.occupation}/${cell.answered?.area}`,
  };

const outcodes: SqlValue[][] = [
  ['CF10', 51.47, -3.18, 'Butetown', 'Cardiff', 'W06000015', 'W06000015'],
  ['MK40', 52.13, -0.47, '', 'Bedford', 'E06000055', 'E06000055'],
  ['ZE1', 60.15, -1.14, '', 'Shetland', null, null],
  ['WC9', 51.52, -0.12, '', 'Greater London', 'E12000007', null],
  ['XX1', 50.1, -1.1, '', 'A county', 'E10000002', null],
];

async function openPart(datasets: readonly string[]): Promise<House> {
  const house = await openHouse();
  await house.publishRows('soc', socTables);
  await house.publishRows('areas', areaTables);
  for (const dataset of datasets) await house.publish(importerOf(dataset), files);
  await house.publishRows('outcodes', {
    outcode: [['outcode', 'latitude', 'longitude', 'town', 'place', 'area', 'district'], ...outcodes],
  });
  return house;
}

describe('with the bundled datasets', () => {
  let house: House;
  beforeAll(async () => {
    house = await openPart(['area-indicators', 'skills-shortages', 'aps']);
  }, 60_000);
  afterAll(() => house.close());

  test('unemployment of an area has its interval and people', async () => {
    const { observations } = await house.handlers.getUnemployment(
      { ...question, area: 'E12000001', minYear: 2023, maxYear: 2023 },
      house.context(),
    );
    expect(observations).toHaveLength(1);
    expect(brief(observations[0]!.rate)).toEqual({
      value: expect.any(Number),
      marks: ['modelled'],
      answered: 'all/E12000001',
    });
    expect(observations[0]!.rate!.lower).toBeLessThan(observations[0]!.rate!.value!);
    expect(observations[0]!.people!.unit).toBe('people');
  });

  test('Great Britain stands in for the United Kingdom, marked, and only with leave to fall back', async () => {
    const ask = (fallBack: boolean) =>
      house.handlers.getUnemployment({ ...question, fallBack, minYear: 2023 }, house.context());
    const [wide] = (await ask(true)).observations;
    expect(brief(wide!.rate)).toMatchObject({ marks: ['modelled', 'imputed'], answered: 'all/K03000001' });
    const [none] = (await ask(false)).observations;
    expect(brief(none!.rate)).toMatchObject({ value: undefined, marks: ['not-available'] });
  });

  test('an occupation is answered by the rate of the area, marked coarser, or not at all', async () => {
    const asked = {
      ...question,
      occupation: '2134',
      classification: 'soc2020',
      area: 'W92000004',
      minYear: 2023,
    };
    const [wide] = (await house.handlers.getUnemployment(asked, house.context())).observations;
    expect(brief(wide!.rate)).toMatchObject({ marks: ['modelled', 'coarser'], answered: 'all/W92000004' });
    for (const more of [{ fallBack: false }, { sex: 'male' }, { age: '16-24' }]) {
      const { observations } = await house.handlers.getUnemployment({ ...asked, ...more }, house.context());
      expect(observations.map(({ rate }) => rate!.marks)).toEqual([['not-available']]);
    }
  });

  test('indicators come in their order, with the unit of each', async () => {
    const { name, observations } = await house.handlers.getAreaIndicators(
      { area: 'E06000055', indicators: [], ...years },
      house.context(),
    );
    expect(name).toBe('Bedford');
    expect([...new Set(observations.map(({ indicator }) => indicator))]).toEqual([
      'unemployment-rate',
      'employment-rate',
      'inactivity-rate',
      'claimant-rate',
      'level-3-qualifications',
      'median-weekly-pay',
    ]);
    const pay = observations.find(({ indicator }) => indicator === 'median-weekly-pay')!;
    expect(pay.cell).toMatchObject({ unit: 'GBP/week', period: '2022-04', value: expect.any(Number) });
  });

  test('what the source withholds stays withheld', async () => {
    const { observations } = await house.handlers.getAreaIndicators(
      { area: 'E06000053', indicators: ['level-3-qualifications'], ...years, minYear: 2023 },
      house.context(),
    );
    expect(observations.map(({ cell }) => [cell!.value, cell!.marks])).toEqual([
      [undefined, ['not-available']],
    ]);
  });

  test('skills shortages: England stands in for the United Kingdom, the major group for the occupation', async () => {
    const { observations } = await house.handlers.getSkillsShortages(
      { ...question, occupation: '2136' },
      house.context(),
    );
    expect(observations.map(({ year, occupation, reliability }) => [year, occupation, reliability])).toEqual([
      [2017, '2', 3],
    ]);
    const [found] = observations;
    // 49,302 of 115,499 vacancies of table T54 and T56; 34,359 of them for want of skills (T63).
    expect(brief(found!.percentHardToFill)).toEqual({
      value: 42.7,
      marks: ['imputed', 'coarser'],
      answered: '2/E92000001',
    });
    expect(found!.percentSkillShortage!.value).toBeCloseTo((100 * 34_359) / 115_499, 9);
    expect(found!.percentHardToFillForSkills!.value).toBeCloseTo((100 * 34_359) / 49_302, 9);
    expect(found!.vacancies).toMatchObject({ value: 115_499, unit: 'vacancies' });
  });

  test('a region is the sum of the partnerships that lie in it, in parts where they lie in several', async () => {
    const ask = async (area: string) =>
      (
        await house.handlers.getSkillsShortages(
          {
            ...question,
            occupation: '5',
            classification: 'soc2010',
            area,
            fallBack: false,
            minYear: 2017,
            maxYear: 2017,
          },
          house.context(),
        )
      ).observations[0]!;
    const [region, ...parts] = await Promise.all(['E12000001', 'NO_LEP', 'TV_LEP'].map(ask));
    const sum = parts.reduce((total, { vacancies }) => total + vacancies!.value!, 0);
    expect(region!.vacancies).toMatchObject({ value: sum, marks: ['modelled'] });
    // Coast to Capital lies in two regions: half of it is London's.
    const [london, whole, half] = await Promise.all(['E12000007', 'LN_LEP', 'CC_LEP'].map(ask));
    const vacancies = (found: typeof london) => found!.vacancies!.value!;
    expect(vacancies(london)).toBe(Math.round(vacancies(whole) + vacancies(half) / 2));
  });

  test('a code of SOC 2020 is answered by the group that holds most of its people; a district by its region', async () => {
    const { observations } = await house.handlers.getSkillsShortages(
      { ...question, occupation: '6311', classification: 'soc2020', area: 'E06000002' },
      house.context(),
    );
    expect(brief(observations[0]!.percentHardToFill)).toMatchObject({
      marks: expect.arrayContaining(['modelled', 'coarser']),
      answered: '3/E12000001',
    });
  });

  test('figures that rest on fewer than 30 employers give way to those around them', async () => {
    const ask = (fallBack: boolean) =>
      house.handlers.getSkillsShortages(
        {
          ...question,
          occupation: '1',
          classification: 'soc2010',
          area: 'CI_LEP',
          fallBack,
          minYear: 2017,
          maxYear: 2017,
        },
        house.context(),
      );
    expect((await ask(false)).observations[0]).toMatchObject({
      reliability: 0,
      vacancies: { value: undefined, marks: ['small-sample', 'not-available'] },
    });
    expect(brief((await ask(true)).observations[0]!.vacancies)).toMatchObject({ answered: '1/E92000001' });
  });

  test('nothing stands in for Wales', async () => {
    const { observations } = await house.handlers.getSkillsShortages(
      { ...question, occupation: '2136', area: 'W92000004' },
      house.context(),
    );
    expect(observations.map(({ percentHardToFill }) => percentHardToFill!.marks)).toEqual([
      ['not-available'],
      ['not-available'],
    ]);
    expect(await house.handlers.rankSkillsShortages({ area: 'W92000004' }, house.context())).toEqual({
      observations: [],
    });
  });

  test('the ranks of an area are its major groups, hardest to fill first', async () => {
    const { observations } = await house.handlers.rankSkillsShortages({ area: 'E12000003' }, house.context());
    const shares = observations.map(({ percentHardToFill }) => percentHardToFill!.value!);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(observations.map(({ occupation }) => occupation).sort()).toEqual([...'123456789']);
  });

  test('residents by occupation: a postcode, an outward postcode, a position and a code are one district', async () => {
    const found = [];
    for (const place of ['CF10 3AT', 'cf10', '51.4,-3.2', 'W06000015']) {
      found.push(await house.handlers.getResidentOccupations({ place }, house.context()));
    }
    for (const { place, classification, groups } of found) {
      expect(place).toMatchObject({ area: 'W06000015', name: 'Cardiff' });
      expect(classification).toBe('soc2010');
      expect(groups).toHaveLength(25);
    }
    expect(found[0]!.place).toMatchObject({ latitude: 51.47, longitude: -3.18, outcode: 'CF10' });
    const [{ total, groups }] = found as [(typeof found)[0]];
    const sum = groups.reduce((before, { people }) => before + (people!.value ?? 0), 0);
    expect(total).toMatchObject({ value: sum, period: '2021', marks: expect.arrayContaining(['modelled']) });
    for (const { people, percent } of groups) {
      if (people!.value === undefined)
        expect(percent).toMatchObject({ value: undefined, marks: people!.marks });
      else expect(percent!.value).toBeCloseTo((100 * people!.value) / sum, 9);
    }
  });

  test('places that cannot be found say so', async () => {
    const ask = (place: string) => house.handlers.getResidentOccupations({ place }, house.context());
    await expect(ask('nowhere at all')).rejects.toMatchObject({ code: 'invalid-argument', field: 'area' });
    await expect(ask('AB1 1AA')).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('10,10')).rejects.toMatchObject({ code: 'not-found' });
    await expect(ask('ZE1')).rejects.toMatchObject({ code: 'not-found' });
    // The postcode tells no more than London: the partnership of that name answers.
    const { total, groups } = await ask('WC9');
    expect(brief(total)).toMatchObject({
      answered: 'all/LN_LEP',
      marks: expect.arrayContaining(['coarser']),
    });
    expect(groups).toHaveLength(25);
    // A county that no partnership is known for has no figures, and no guess.
    expect(await ask('XX1')).toMatchObject({
      total: { value: undefined, marks: ['not-available'] },
      groups: [],
    });
  });

  test('distances are not available until the census is loaded', async () => {
    const { total, groups } = await house.handlers.getCommuting({ place: 'CF10' }, house.context());
    expect([total, ...groups.map(({ people }) => people)].map((cell) => cell!.marks.join())).toEqual(
      Array.from({ length: 11 }, () => 'not-available'),
    );
  });
});

describe('with the datasets that are not bundled', () => {
  let house: House;
  beforeAll(async () => {
    house = await openPart([
      'area-indicators',
      'skills-shortages',
      'unemployment',
      'skills-shortages-occupations',
      'census',
    ]);
  }, 60_000);
  afterAll(() => house.close());

  test('unemployment by occupation, sex and age, with the interval', async () => {
    const ask = (more: object) =>
      house.handlers.getUnemployment(
        { ...question, occupation: '2134', classification: 'soc2020', minYear: 2023, ...more },
        house.context(),
      );
    expect((await ask({ sex: 'female' })).observations[0]!.rate).toMatchObject({
      value: 2.2,
      marks: [],
      lower: expect.closeTo(1.6, 9),
      upper: expect.closeTo(2.8, 9),
    });
    // Withheld for young men among programmers: the wider group answers, where that is allowed.
    const young = { sex: 'male', age: '16-24' };
    expect((await ask({ ...young, fallBack: false })).observations[0]!.rate).toMatchObject({
      value: undefined,
      marks: ['small-sample', 'not-available'],
    });
    expect(brief((await ask(young)).observations[0]!.rate)).toEqual({
      value: 6.5,
      marks: ['coarser'],
      answered: '2/K02000001',
    });
    expect((await ask({ age: '50+', occupation: 'all' })).observations[0]!.rate!.value).toBe(3.1);
  });

  test('the unit group has its own shortages; withheld ones fall back', async () => {
    const ask = async (occupation: string, fallBack = false) =>
      (
        await house.handlers.getSkillsShortages(
          { ...question, occupation, classification: 'soc2010', fallBack, minYear: 2017, maxYear: 2017 },
          house.context(),
        )
      ).observations[0]!;
    expect(await ask('2136')).toMatchObject({
      percentHardToFill: { value: 45, marks: [] },
      percentHardToFillForSkills: { value: expect.closeTo(88.9, 1) },
      reliability: 3,
    });
    expect(await ask('2135')).toMatchObject({ reliability: 2 });
    expect(await ask('3131')).toMatchObject({ reliability: 0, vacancies: { value: undefined } });
    expect(await ask('3413')).toMatchObject({ vacancies: { value: undefined, marks: ['confidential'] } });
    expect(await ask('6145')).toMatchObject({
      vacancies: { value: 800, marks: [] },
      hardToFill: { value: undefined, marks: ['unreliable', 'not-available'] },
    });
    expect(brief((await ask('3131', true)).vacancies)).toMatchObject({ answered: '3/E92000001' });
    // The United Kingdom's own figure goes before England's.
    expect(brief((await ask('2', false)).vacancies)).toEqual({
      value: 9000,
      marks: [],
      answered: '2/K02000001',
    });
  });

  test('ranks are of unit groups where the series has them', async () => {
    const { observations } = await house.handlers.rankSkillsShortages({ area: 'K02000001' }, house.context());
    expect(observations.map(({ occupation, year }) => [occupation, year])).toEqual([
      ['2136', 2017],
      ['2135', 2017],
    ]);
  });

  test('the census takes the place of the survey, by minor group of SOC 2020', async () => {
    const reply = await house.handlers.getResidentOccupations({ place: 'MK40' }, house.context());
    expect(reply).toMatchObject({
      classification: 'soc2020',
      total: { value: 10_000, period: '2021', marks: [] },
    });
    expect(reply.groups.map(({ code, people }) => [code, people!.value])).toEqual([
      ['213', 5003],
      ['243', 2001],
      ['613', 2496],
      ['631', 502],
    ]);
    expect(house.rejections.some(({ reason }) => /E06999999/.test(reason))).toBe(true);
  });

  test('distances by band', async () => {
    const { total, groups } = await house.handlers.getCommuting({ place: 'E06000055' }, house.context());
    expect(total!.value).toBe(10_000);
    expect(groups.map(({ percent }) => percent!.value)).toEqual([10, 15, 12, 11, 5, 2, 2, 1, 32, 10]);
    expect(groups[0]).toMatchObject({ code: '0-2', people: { asked: { occupation: 'all' }, marks: [] } });
  });

  test.each([
    'area-indicators',
    'skills-shortages',
    'unemployment',
    'skills-shortages-occupations',
    'census',
  ])('%s is served as the files state it', async (dataset) => {
    // The last row of the census tables is of an area that no list has: it was rejected.
    const listed = await Promise.all(
      files.map((file) =>
        file.name.startsWith('census') ? editCsv(file, (rows) => void rows.splice(3)) : file,
      ),
    );
    const { compared, failures } = await findFailures(house, importerOf(dataset), listed, 400);
    expect(compared).toBeGreaterThan(5);
    expect(failures).toEqual([]);
  });
});
