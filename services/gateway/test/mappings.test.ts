import {
  Cell,
  Occupation,
  v1Occupation,
  v1Tasks,
  type EmploymentObservation,
  type PayObservation,
} from '@lmi/contracts';
import { annualChanges, medianAndDeciles, readPaySelection, roundPay, seriesOf } from '../src/v1/ashe';
import { regions } from '../src/v1/codes';
import { readCallback } from '../src/v1/callback';
import { searchText } from '../src/v1/soc';
import {
  missingNote,
  predictedBreakdown,
  predictedEmployment,
  readYears,
  SMALL_SAMPLE_NOTE,
} from '../src/v1/wf';

function pay(year: number, value: number | undefined, more: Partial<PayObservation> = {}): PayObservation {
  return {
    year,
    statistic: 'mean',
    sex: 'all',
    workingPattern: 'all',
    area: 'K02000001',
    age: 'all',
    cell: Cell.fromPartial({ release: 'ashe-2025-0a', ...(value === undefined ? {} : { value }) }),
    ...more,
  };
}

function people(
  year: number,
  code: string,
  value: number | undefined,
  marks: string[] = [],
): EmploymentObservation {
  return {
    year,
    code,
    name: code,
    secondCode: '',
    secondName: '',
    cell: Cell.fromPartial({ marks, ...(value === undefined ? {} : { value }) }),
  };
}

const select = (query: string) => readPaySelection(new URLSearchParams(query));

describe('soc', () => {
  test('tasks are joined as clients split them', () => {
    expect(v1Tasks(['plans', ' writes; ', 'tests.', ''])).toBe(' plans;\n writes;\n tests.');
    expect(v1Tasks([])).toBe('');
  });

  test('operators between words are dropped', () => {
    expect(searchText('care AND  worker OR nurse')).toBe('care worker nurse');
    expect(searchText('OR')).toBe('OR');
    expect(searchText('operating Department and more')).toBe('operating Department and more');
  });

  test('an occupation has exactly the original fields', () => {
    const from = Occupation.fromPartial({
      code: '2136',
      title: 'T',
      description: 'D',
      entryRoutes: 'Q',
      tasks: ['a'],
      indexTitles: ['Developer, software'],
    });
    expect(v1Occupation(from)).toEqual({
      soc: 2136,
      title: 'T',
      description: 'D',
      qualifications: 'Q',
      tasks: ' a.',
      add_titles: ['Developer, software'],
    });
  });
});

describe('reading ashe parameters', () => {
  test.each([
    ['soc=2136', {}],
    ['soc=2136&coarse=true', { soc: '21' }],
    ['soc=2136&coarse=false', { soc: '2136' }],
    ['soc=2136&filters=region:11', { area: 'S92000003' }],
    ['soc=2136&filters=region%3A1', { area: 'E12000007' }],
    ['soc=2136&filters=gender:2|age:40', { sex: 'female', age: '40-49' }],
    ['soc=2136&filters=gender:2,status:1', { sex: 'female', workingPattern: 'full-time' }],
    ['soc=2136&filters=gender:1;region:12', { sex: 'male', area: 'N92000002' }],
    ['soc=2136&filters=gender:1&filters=status:2', { sex: 'male', workingPattern: 'part-time' }],
    ['soc=2136&filters=age=61', { age: '60+' }],
    ['soc=2136&age=20', { age: '18-21' }],
    ['soc=2136&age=23coarse=false', { age: '22-29' }],
    ['soc=2136&age=16', { age: 'all' }],
    ['soc=2136&age=old', { age: 'all' }],
    ['soc=2136&filter=gender:1', {}],
    ['soc=2136&filters=gendre:1&filters=constructor:1', {}],
    ['soc=2136&gender=1&_=123', {}],
    ['soc=2136&breakdown=gender', { breakdown: 'gender' }],
    ['soc=2136&breakdown=region&filters=region:11', { breakdown: 'region', only: 11 }],
    ['soc=2136&breakdown=age&age=23', { breakdown: 'age', only: 22 }],
    ['?&soc=+2136+&', undefined],
  ])('%s', (query, expected) => {
    const plain = {
      soc: '2136',
      sex: 'all',
      workingPattern: 'all',
      area: 'K02000001',
      age: 'all',
      breakdown: undefined,
      only: undefined,
      error: undefined,
    };
    expect(select(query.replace(/^\?/, ''))).toEqual({ ...plain, ...expected });
  });

  test.each([
    'soc=2136&filters=qualification:3',
    'soc=2136&breakdown=industry',
    'soc=2136&filters=region:13',
    'soc=2136&breakdown=toString',
  ])('what no source gives is an error in the answer, not a refusal: %s', (query) =>
    expect(select(query).error).toMatch(/No published source|valid are/),
  );

  test.each(['', 'soc=', 'soc=%7Bv%7D', 'soc=abcd', 'soc=21360'])('a SOC code is needed: "%s"', (query) => {
    expect(() => select(query)).toThrow(/SOC code/);
  });
});

describe('ashe answers', () => {
  const plain = { breakdown: undefined, only: undefined } as const;

  test('a series is ascending, rounded, and leaves out what is withheld', () => {
    const rows = [pay(2025, 784.99), pay(2023, 785), pay(2024, undefined)];
    expect(seriesOf(rows, plain, 'estpay', roundPay)).toEqual([
      { year: 2023, estpay: 790 },
      { year: 2025, estpay: 780 },
    ]);
    expect(seriesOf([pay(2025, 37.5)], plain, 'hours', Math.round)).toEqual([{ year: 2025, hours: 38 }]);
  });

  test('a breakdown names the filter and lists codes in order', () => {
    const rows = [
      pay(2025, 500, { sex: 'female' }),
      pay(2025, 700, { sex: 'male' }),
      pay(2025, 600, { sex: 'all' }),
    ];
    expect(seriesOf(rows, { breakdown: 'gender', only: undefined }, 'estpay', roundPay)).toEqual([
      {
        year: 2025,
        breakdown: [
          { gender: 1, estpay: 700 },
          { gender: 2, estpay: 500 },
        ],
      },
    ]);
  });

  test('a breakdown by region has the original numbers and no England', () => {
    const rows = ['E92000001', ...regions.map((region) => region.inside)].map((area) =>
      pay(2025, 500, { area }),
    );
    const [item] = seriesOf(rows, { breakdown: 'region', only: undefined }, 'estpay', roundPay);
    expect((item!.breakdown as { region: number }[]).map(({ region }) => region)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
  });

  test('annual changes are the published ones, else computed, never over a break', () => {
    const rows = [
      pay(2021, 100),
      pay(2022, 105),
      pay(2023, 110, { cell: Cell.fromPartial({ value: 110, marks: ['break'] }) }),
      pay(2024, 121),
      pay(2025, 130),
      pay(2025, 7.44, { statistic: 'mean-change' }),
    ];
    expect(annualChanges(rows)).toEqual([
      { year: 2022, change: 5 },
      { year: 2024, change: 10 },
      { year: 2025, change: 7.4 },
    ]);
  });

  test('median and deciles are of the newest year with a median; some deciles may be missing', () => {
    const rows = [
      pay(2024, 500, { statistic: 'median' }),
      pay(2024, 300, { statistic: 'p10' }),
      pay(2024, undefined, { statistic: 'p90' }),
      pay(2025, undefined, { statistic: 'median' }),
      pay(2025, 310, { statistic: 'p10' }),
    ];
    expect(medianAndDeciles(rows)).toEqual({ median: 500, deciles: { '10': 300 } });
    expect(medianAndDeciles([])).toBeUndefined();
  });
});

describe('wf answers', () => {
  test('years are ascending and whole', () => {
    expect(
      predictedEmployment([people(2030, '', 10.6), people(2024, '', 9), people(2025, '', undefined)]),
    ).toEqual([
      { year: 2024, employment: 9 },
      { year: 2030, employment: 11 },
    ]);
  });

  test('small figures carry the note word for word', () => {
    const rows = [
      people(2024, 'E12000002', 10_000),
      people(2024, 'E12000007', 9_999),
      people(2024, 'E12000008', 50_000, ['small-sample']),
      people(2024, 'N92000002', undefined, ['not-available']),
      people(2024, 'E92000001', 70_000),
    ];
    const years = predictedBreakdown(rows, regions);
    expect(years).toEqual([
      {
        year: 2024,
        breakdown: [
          { code: 1, name: 'London', employment: 9_999, note: SMALL_SAMPLE_NOTE },
          { code: 2, name: 'South East (England)', employment: 50_000, note: SMALL_SAMPLE_NOTE },
          { code: 8, name: 'North West (England)', employment: 10_000 },
        ],
      },
    ]);
    expect(missingNote(years, regions)).toMatch(/Northern Ireland/);
    expect(missingNote([], regions)).toBeUndefined();
  });

  test('years that cannot be read are left out', () => {
    expect(readYears(new URLSearchParams('soc=2136&minYear=2021.0&maxYear=now'))).toEqual({
      soc: '2136',
      minYear: 2021,
      maxYear: undefined,
    });
  });
});

describe('callback names', () => {
  test.each(['f', 'jQuery1710_1400000000', 'angular.callbacks._0', 'YUI.Env.JSONP[0]', '$.a["b-c"]'])(
    '%s',
    (name) => {
      expect(readCallback(new URLSearchParams({ callback: name }))).toBe(name);
    },
  );

  test.each(['alert(1)', 'a;b', '<script>', '?', 'a b', '1a', 'a[b]', 'é', 'a'.repeat(300)])(
    'not %s',
    (name) => {
      expect(() => readCallback(new URLSearchParams({ callback: name }))).toThrow(/safe/);
    },
  );

  test('an empty one is none', () => expect(readCallback(new URLSearchParams('callback='))).toBeUndefined());
});
