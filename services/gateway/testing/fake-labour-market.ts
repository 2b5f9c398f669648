import {
  Cell,
  type EmploymentServiceDefinition,
  type GetAreaPeopleReply,
  type SkillsShortage,
} from '@lmi/contracts';
import { LmiError, type Handlers } from '@lmi/kit';

type Rpcs =
  | 'getUnemployment'
  | 'getAreaIndicators'
  | 'getSkillsShortages'
  | 'rankSkillsShortages'
  | 'getResidentOccupations'
  | 'getCommuting';

const westminster = { area: 'E09000033', name: 'Westminster', outcode: '', release: '' };

/** Unemployment, skills shortages and people of an area, for a few occupations and places. */
export function fakeLabourMarket(
  count: (name: string) => void,
  find: (code: string, classification: string) => { readonly classification: string },
  release: string,
): Pick<Handlers<typeof EmploymentServiceDefinition>, Rpcs> {
  const cell = (
    value: number | undefined,
    unit: string,
    period: string,
    asked: { occupation?: string; area?: string } = {},
    more: Partial<Cell> = {},
  ): Cell => {
    const level = { occupation: 'all', classification: 'soc2010', area: 'K02000001', ...asked };
    return Cell.fromPartial({
      unit,
      period,
      release,
      table: 'Census 2021',
      marks: value === undefined ? ['not-available'] : [],
      asked: level,
      answered: level,
      ...(value === undefined ? {} : { value }),
      ...more,
    });
  };

  const shortage = (code: string, area: string, wider: string, hard: number | undefined): SkillsShortage => {
    const levels = {
      asked: { occupation: code, classification: 'soc2010', area },
      answered: {
        occupation: wider,
        classification: 'soc2010',
        area: area === 'K02000001' ? 'E92000001' : area,
      },
      marks: hard === undefined ? ['not-available'] : wider === code ? [] : ['coarser'],
    };
    const share = (value: number | undefined, unit = 'percent') => cell(value, unit, '2017', {}, levels);
    return {
      year: 2017,
      occupation: wider,
      title: 'Professional occupations',
      vacancies: share(hard === undefined ? undefined : 1000, 'vacancies'),
      hardToFill: share(hard === undefined ? undefined : hard * 10, 'vacancies'),
      skillShortage: share(hard === undefined ? undefined : hard * 5, 'vacancies'),
      percentHardToFill: share(hard),
      percentSkillShortage: share(hard === undefined ? undefined : hard / 2),
      percentHardToFillForSkills: share(hard === undefined ? undefined : 50),
      reliability: hard === undefined ? 0 : 3,
    };
  };

  const people = (place: string, groups: readonly (readonly [string, string, number | undefined])[]) => {
    if (place === 'ZZ99') throw new LmiError('not-found', 'There is no postcode ZZ99.', { field: 'area' });
    const postcode = /^[A-Z]{1,2}\d[A-Z\d]?(?: ?\d[A-Z]{2})?$/.test(place);
    const total = groups.reduce((sum, [, , value]) => sum + (value ?? 0), 0);
    const reply: GetAreaPeopleReply = {
      place: postcode
        ? { ...westminster, latitude: 51.5, longitude: -0.13, outcode: 'SW1A', release }
        : { ...westminster, area: place },
      classification: 'soc2010',
      total: cell(total || undefined, 'people', '2021'),
      groups: groups.map(([code, name, value]) => ({
        code,
        name,
        people: cell(value, 'people', '2021', { occupation: code }),
        percent: cell(value === undefined ? undefined : (100 * value) / total, 'percent', '2021', {
          occupation: code,
        }),
      })),
    };
    return reply;
  };

  return {
    async getUnemployment(request) {
      count('getUnemployment');
      if (request.occupation !== 'all') find(request.occupation, request.classification);
      // By occupation there are figures of women alone; the rate of the area answers where that is allowed.
      const known = request.sex === 'female' || request.fallBack || request.occupation === 'all';
      return {
        observations: [2024, 2023]
          .filter((year) => year >= (request.minYear ?? 0) && year <= (request.maxYear ?? 9999))
          .map((year) => ({
            year,
            rate: cell(known ? 3.456 + (year - 2023) : undefined, 'percent', String(year)),
            people: known ? cell(1_200_000, 'people', String(year)) : undefined,
          })),
      };
    },
    async getAreaIndicators({ area }) {
      count('getAreaIndicators');
      return {
        area,
        name: 'Manchester',
        observations: [
          {
            indicator: 'employment-rate',
            name: 'Employment rate',
            cell: cell(71.2, 'percent', '2023', { area }, { lower: 68, upper: 74.4 }),
            people: cell(284_000, 'people', '2023', { area }),
          },
          {
            indicator: 'median-weekly-pay',
            name: 'Median pay',
            cell: cell(640.5, 'GBP/week', '2024-04', { area }),
            people: undefined,
          },
        ],
      };
    },
    async getSkillsShortages({ occupation, classification, area, fallBack }) {
      count('getSkillsShortages');
      find(occupation, classification);
      const away = area === 'W92000004' || !fallBack;
      const wider = fallBack ? occupation.slice(0, 1) : occupation;
      return { observations: [shortage(occupation, area, wider, away ? undefined : 42.678)] };
    },
    async rankSkillsShortages({ area }) {
      count('rankSkillsShortages');
      if (area === 'W92000004') return { observations: [] };
      return { observations: [shortage('5', area, '5', 53), shortage('2', area, '2', 42.678)] };
    },
    async getResidentOccupations({ place }) {
      count('getResidentOccupations');
      return people(place, [
        ['12', 'Other managers and proprietors', 1500],
        ['11', 'Corporate managers and directors', 4500],
        ['21', 'Science and technology professionals', undefined],
      ]);
    },
    async getCommuting({ place }) {
      count('getCommuting');
      const bands = people(place, [
        ['0-2', 'Less than 2 km', place === 'CF10' ? 300 : undefined],
        ['2-5', '2 km to less than 5 km', place === 'CF10' ? 100 : undefined],
      ]);
      return { ...bands, classification: '' };
    },
  };
}
