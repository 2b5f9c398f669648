import type { ApiKey, GetOccupationRequest, GetPayRequest, Level } from '@lmi/contracts';
import {
  Cell,
  CourseServiceDefinition,
  EmploymentServiceDefinition,
  Occupation,
  OccupationServiceDefinition,
  PayServiceDefinition,
  Release,
  VacancyServiceDefinition,
  v1Occupation,
  v1Text,
} from '@lmi/contracts';
import { InProcessCalls, LmiError, partOf, type Handlers } from '@lmi/kit';
import { fakeCourses } from './fake-courses';
import { fakeLabourMarket } from './fake-labour-market';
import { fakeSkills } from './fake-skills';
import { fakeTables } from './fake-tables';
import { fakeVacancies } from './fake-vacancies';

/** What a test can change and read while the services run. */
export interface FakeState {
  /** Calls by rpc name; listReleases is not counted. */
  readonly calls: Record<string, number>;
  /** Edition of the release of pay: another one is another release set. */
  payEdition: string;
  /** Edition of the pay figures themselves, when a replica is ahead of or behind the pointer. */
  servedEdition: string | undefined;
  /** Services whose every call fails. */
  readonly down: Set<'pay' | 'employment' | 'occupations' | 'vacancies' | 'courses'>;
  /** Thrown by the pay service instead of an answer. */
  payError: unknown;
  /** Keys of the API that are good now. */
  keys: readonly ApiKey[];
  /** Milliseconds that pay waits. */
  payDelay: number;
  /** Releases that the last call of pay was pinned to. */
  pins: readonly string[];
}

const KINGDOM = 'K02000001';
const regionCodes = [
  ...Array.from({ length: 9 }, (_, index) => `E1200000${index + 1}`),
  'W92000004',
  'S92000003',
  'N92000002',
];
const ageBands = ['18-21', '22-29', '30-39', '40-49', '50-59', '60+'];

const groups: readonly (Partial<Occupation> & { code: string; classification: string; title: string })[] = [
  {
    code: '2136',
    classification: 'soc2010',
    title: 'Programmers and software development professionals',
    description: 'Write and test programs.',
    entryRoutes: 'Often a degree.',
    tasks: ['plans a program', 'writes it;', 'tests it.'],
    indexTitles: ['Analyst-programmer', 'Developer, software'],
    jobTitles: ['Software developer'],
  },
  { code: '5314', classification: 'soc2010', title: 'Plumbers and heating engineers', tasks: ['fits pipes'] },
  { code: '21', classification: 'soc2010', title: 'Professionals in science and technology' },
  {
    code: '2134',
    classification: 'soc2020',
    title: 'Programmers and software development professionals',
    tasks: ['writes programs'],
    crosswalk: [{ code: '2136', title: 'Programmers', share: 0.8 }],
    parents: [{ code: '2', title: 'Professional occupations', share: 0 }],
  },
  { code: '5315', classification: 'soc2020', title: 'Plumbers', tasks: [] },
  { code: '9139', classification: 'soc2020', title: 'A group of SOC 2020 alone', tasks: [] },
];

const everything: (typeof groups)[number] = {
  code: 'all',
  classification: 'soc2020',
  title: 'All occupations',
};

function find(code: string, classification: string): (typeof groups)[number] {
  if (code === everything.code) return everything;
  const wanted = classification === '' ? ['soc2010', 'soc2020'] : [classification];
  for (const name of wanted) {
    const group = groups.find((entry) => entry.code === code && entry.classification === name);
    if (group) return group;
  }
  throw new LmiError('not-found', `There is no occupation ${code}.`, { field: 'occupation' });
}

function release(dataset: string, edition: string): Release {
  return Release.fromPartial({
    dataset,
    edition,
    version: `${dataset}-${edition}-0a1b2c3d`,
    state: 'published',
    title: `Dataset ${dataset}`,
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics',
    sourceUrl: 'https://www.ons.gov.uk/',
    sources: [{ name: 'table.xlsx', sha256: 'ab', bytes: 12 }],
    stagedAt: '2026-01-01T00:00:00Z',
    publishedAt: '2026-01-02T00:00:00Z',
    current: true,
  });
}

function level(code: string, classification: string, area: string): Level {
  return { occupation: code, classification, area };
}

/** The three services behind the gateway with a few occupations, over the real in-process calls. */
export function createFakeServices(): { calls: InProcessCalls; state: FakeState } {
  const state: FakeState = {
    calls: {},
    payEdition: '2025',
    servedEdition: undefined,
    down: new Set(),
    payError: undefined,
    payDelay: 0,
    pins: [],
    keys: [],
  };
  const count = (name: string, service: 'pay' | 'employment' | 'occupations' | 'vacancies' | 'courses') => {
    state.calls[name] = (state.calls[name] ?? 0) + 1;
    if (state.down.has(service)) throw new LmiError('unavailable', `${service} is away`);
  };
  const releasesOf = (
    service: 'pay' | 'employment' | 'occupations' | 'vacancies' | 'courses',
    make: () => Release[],
  ) =>
    async function listReleases({ dataset }: { dataset: string }) {
      if (state.down.has(service)) throw new LmiError('unavailable', `${service} is away`);
      return { releases: make().filter((entry) => dataset === '' || entry.dataset === dataset) };
    };

  const payVersion = () => release('ashe', state.servedEdition ?? state.payEdition).version;
  const payCell = (request: GetPayRequest, group: { classification: string }, more: Partial<Cell>): Cell => {
    const asked = level(request.occupation, group.classification, request.area);
    return Cell.fromPartial({
      unit: request.measure === 'weekly-hours' ? 'hours/week' : 'GBP/week',
      marks: group.classification === 'soc2010' ? ['modelled'] : ['reasonable'],
      table: '14.1a',
      asked,
      answered: asked,
      ...more,
    });
  };

  const pay: Handlers<typeof PayServiceDefinition> = {
    async getPay(request, { pins = [] }) {
      count('getPay', 'pay');
      state.pins = pins;
      const served = pins.find((version) => version.startsWith('ashe-')) ?? payVersion();
      if (state.payDelay > 0) await new Promise((resolve) => setTimeout(resolve, state.payDelay));
      if (state.payError !== undefined) throw state.payError;
      const group = find(request.occupation, request.classification);
      if (!/^[KEWSN]\d{8}$/.test(request.area)) {
        throw new LmiError('invalid-argument', 'There is no such area.', { field: 'area' });
      }
      const categories: Record<string, string[]> = {
        '': [''],
        sex: ['female', 'male'],
        'working-pattern': ['full-time', 'part-time'],
        area: ['E92000001', ...regionCodes],
        age: ageBands,
      };
      const names = request.breakdown.split(',');
      const pairsOf = (text: string): string[][] =>
        text
          .split(',')
          .reduce<string[][]>(
            (pairs, name) => pairs.flatMap((pair) => categories[name]!.map((one) => [...pair, one])),
            [[]],
          );
      const statistics = request.statistics.length > 0 ? request.statistics : ['mean', 'median'];
      const observations = [];
      for (const year of [2025, 2024, 2023]) {
        if (year < (request.minYear ?? 0) || year > (request.maxYear ?? 9999)) continue;
        for (const pair of pairsOf(request.breakdown)) {
          const category = pair.at(-1)!;
          for (const [index, statistic] of statistics.entries()) {
            const base = request.measure === 'weekly-hours' ? 37.4 : 784.6 + 10 * (year - 2023) + index;
            const withheld = category === 'N92000002' || request.area === 'N92000002';
            observations.push({
              year,
              statistic,
              sex: pair[names.indexOf('sex')] ?? request.sex,
              workingPattern: pair[names.indexOf('working-pattern')] ?? request.workingPattern,
              area: pair[names.indexOf('area')] ?? request.area,
              age: pair[names.indexOf('age')] ?? request.age,
              cell: payCell(request, group, {
                release: served,
                period: String(year),
                ...(withheld
                  ? { marks: ['unreliable', 'not-available'] }
                  : { value: statistic.endsWith('-change') ? 2.34 : base, cv: 6.1 }),
              }),
            });
          }
        }
      }
      return { observations, releases: [served] };
    },
    async getPayParts({ parts }, context) {
      return { parts: await Promise.all(parts.map((asked) => partOf(() => pay.getPay(asked, context)))) };
    },
    ...fakeTables(),
    listReleases: releasesOf('pay', () => [release('ashe', state.payEdition)]),
  };

  const peopleCell = (
    area: string,
    value: number | undefined,
    marks: string[],
    unit = 'people',
    period = '2025',
  ) =>
    Cell.fromPartial({
      unit,
      period,
      marks,
      release: release('projections', '2023').version,
      table: 'T1',
      asked: level('2134', 'soc2020', area),
      answered: level('2134', 'soc2020', area),
      ...(value === undefined ? {} : { value }),
    });

  const employment: Handlers<typeof EmploymentServiceDefinition> = {
    async getEmployment(request) {
      count('getEmployment', 'employment');
      find(request.occupation, request.classification);
      const codes: Record<string, string[]> = {
        '': [''],
        area: regionCodes,
        sex: ['male', 'female'],
        'working-status': ['1', '2', '3'],
        qualification: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
        industry: [...'ABCDEFGHIJKLMNOPQRS'],
      };
      const observations = [];
      for (let year = 2021; year <= 2035; year += 1) {
        if (year < (request.minYear ?? 0) || year > (request.maxYear ?? 9999)) continue;
        for (const [index, code] of (codes[request.breakdown] ?? []).entries()) {
          const away = code === 'N92000002';
          const value = away ? undefined : 4000.4 + 3000 * index + (year - 2021);
          const marks = away ? ['not-available'] : year > 2024 ? ['modelled', 'projected'] : ['modelled'];
          observations.push({
            year,
            code,
            name: code,
            secondCode: '',
            secondName: '',
            cell: peopleCell(request.area, value, marks, 'people', String(year)),
          });
        }
      }
      return { observations };
    },
    async getReplacementDemand(request) {
      count('getReplacementDemand', 'employment');
      find(request.occupation, request.classification);
      const figure = (value: number, unit = 'people') =>
        peopleCell(request.area, value, ['modelled', 'projected'], unit);
      return {
        startYear: 2020,
        endYear: 2035,
        startEmployment: figure(400_000),
        endEmployment: figure(450_000),
        netChange: figure(50_000),
        replacementDemand: figure(160_000.4),
        totalRequirement: figure(210_000),
        annualRate: figure(2.7, 'percent'),
      };
    },
    async getEmploymentParts(request, context) {
      return {
        employment: await partOf(() => employment.getEmployment(request.employment!, context)),
        replacementDemand: await partOf(() =>
          employment.getReplacementDemand(request.replacementDemand!, context),
        ),
      };
    },
    ...fakeLabourMarket((name) => count(name, 'employment'), find, release('projections', '2023').version),
    ...fakeTables(),
    listReleases: releasesOf('employment', () => [release('projections', '2023')]),
  };

  const soc = release('soc', '2020');
  const occupation = ({ code, classification }: GetOccupationRequest): Occupation =>
    Occupation.fromPartial({
      level: code.length === 4 ? 'unit' : 'sub-major',
      textSource: 'plain-english',
      release: soc.version,
      ...find(code, classification),
    });
  const occupations: Handlers<typeof OccupationServiceDefinition> = {
    async searchOccupations({ query, classification, limit, v1Texts }) {
      count('searchOccupations', 'occupations');
      const hits = groups
        .filter((group) => group.classification === classification && group.code.length === 4)
        .filter((group) => group.title.toLowerCase().includes(query.toLowerCase()))
        .slice(0, limit)
        .map((group) => {
          const found = occupation(group as GetOccupationRequest);
          const v1 = Buffer.from(v1Texts ? v1Text(v1Occupation(found)) : '');
          return { occupation: found, score: 1, matchedTitle: group.title, reason: '', v1Text: v1 };
        });
      return { hits, release: soc.version, linkRelease: '' };
    },
    async codeTitles({ titles, choices }) {
      count('codeTitles', 'occupations');
      const codings = titles.map(({ title }) => {
        const found = groups.filter(
          (group) =>
            group.classification === 'soc2020' &&
            group.code.length === 4 &&
            group.title.toLowerCase().includes(title.toLowerCase()),
        );
        return {
          choices: found.slice(0, choices || 5).map((group) => ({
            code: group.code,
            title: group.title,
            probability: 0.9,
            matchedTitle: group.title,
          })),
          refused: found.length === 0 ? 'unknown-words' : '',
          ambiguous: false,
          question: '',
          rule: found.length === 0 ? '' : 'entry',
          work: title.toLowerCase(),
          changes: [],
        };
      });
      return { codings, release: soc.version, linkRelease: '' };
    },
    async getOccupation(request) {
      count('getOccupation', 'occupations');
      return occupation(request);
    },
    async getOccupationParts(request, context) {
      return {
        occupation: await partOf(() => occupations.getOccupation(request.occupation!, context)),
        skills: await partOf(() => occupations.getOccupationSkills(request.skills!, context)),
      };
    },
    async listAreas({ type }) {
      count('listAreas', 'occupations');
      const areas = [
        { code: KINGDOM, name: 'United Kingdom', type: 'country', parent: '' },
        { code: 'E12000007', name: 'London', type: 'region', parent: 'E92000001' },
      ];
      return {
        areas: areas.filter((area) => type === '' || area.type === type),
        release: release('areas', '2025').version,
      };
    },
    ...fakeSkills(
      () => count('skills', 'occupations'),
      (code, classification) => find(code, classification),
      {
        skills: release('occupation-skills', '2025'),
        onet: release('onet', '30.2'),
        link: release('onet-link', '2025'),
      },
    ),
    async listApiKeys() {
      if (state.down.has('occupations')) throw new LmiError('unavailable', 'occupations is away');
      return { revision: state.keys.map(({ id }) => id).join() || 'none', keys: [...state.keys] };
    },
    ...fakeTables(),
    listReleases: releasesOf('occupations', () => [
      soc,
      release('areas', '2025'),
      release('occupation-skills', '2025'),
      release('onet', '30.2'),
      release('onet-link', '2025'),
    ]),
  };

  const advertReleases = {
    counts: release('vacancy-counts', '2025-11'),
    adverts: release('sample-adverts', 'sample-1'),
    outcodes: release('outcodes', '2017'),
  };
  const vacancies: Handlers<typeof VacancyServiceDefinition> = {
    ...fakeVacancies((name) => count(name, 'vacancies'), find, advertReleases),
    ...fakeTables(),
    listReleases: releasesOf('vacancies', () => Object.values(advertReleases)),
  };

  const learning = {
    courses: release('courses', '2025'),
    destinations: release('graduate-destinations', '2021'),
    apprenticeships: release('apprenticeships', '2015'),
  };
  const courses: Handlers<typeof CourseServiceDefinition> = {
    ...fakeCourses((name) => count(name, 'courses'), find, learning),
    ...fakeTables(),
    listReleases: releasesOf('courses', () => Object.values(learning)),
  };

  const calls = new InProcessCalls();
  calls.register(VacancyServiceDefinition, vacancies);
  calls.register(PayServiceDefinition, pay);
  calls.register(EmploymentServiceDefinition, employment);
  calls.register(OccupationServiceDefinition, occupations);
  calls.register(CourseServiceDefinition, courses);
  return { calls, state };
}
