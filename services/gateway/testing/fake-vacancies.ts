import { Advert, Cell, type Release, type VacancyServiceDefinition } from '@lmi/contracts';
import { LmiError, type Handlers } from '@lmi/kit';

type Rpcs = 'getTrends' | 'getSurvey' | 'searchAdverts' | 'listOutcodes';

const adverts: readonly Advert[] = [
  {
    id: 101,
    source: 'sample',
    title: 'Plumber',
    summary: 'Made-up advert: plumber in Bromley.',
    employer: 'Pebble Homes (made up)',
    link: 'https://example.org/made-up-advert/S00101',
    posted: '2026-01-30T09:00:00Z',
    closes: '2026-02-20T09:00:00Z',
    place: 'Bromley, BR1',
    outcode: 'BR1',
    district: 'E09000006',
    latitude: 51.4,
    longitude: 0.02,
    soc2020: '5315',
    soc2010: '5314',
    confidence: 0.95,
    salaryMin: 30_000,
    salaryMax: 34_000,
    salaryUnit: 'GBP/year',
    sample: true,
  },
  { id: 102, source: 'adzuna', title: 'Something nobody can code', posted: '2026-01-29T09:00:00Z' },
].map((advert) => Advert.fromPartial(advert));

/** The rpcs about vacancies: two months of adverts for every occupation of the list, and two adverts. */
export function fakeVacancies(
  called: (name: string) => void,
  find: (code: string, classification: string) => unknown,
  releases: { readonly counts: Release; readonly adverts: Release; readonly outcodes: Release },
): Pick<Handlers<typeof VacancyServiceDefinition>, Rpcs> {
  const cell = (period: string, value: number, unit: string): Cell =>
    Cell.fromPartial({ value, unit, period, release: releases.counts.version, table: 'adverts' });
  return {
    async getTrends({ occupation, classification, area }) {
      called('getTrends');
      if (occupation !== 'all') find(occupation, classification);
      if (area !== 'E92000001') {
        throw new LmiError('not-available', 'Adverts by occupation are counted for England alone.', {
          field: 'area',
        });
      }
      return {
        frequency: 'month',
        observations: [
          {
            period: '2024-11',
            adverts: cell('2024-11', 900, 'adverts'),
            change: undefined,
            per100Jobs: undefined,
          },
          {
            period: '2025-11',
            adverts: cell('2025-11', 990, 'adverts'),
            change: cell('2025-11', 10, 'percent'),
            per100Jobs: cell('2025-11', 4.2, 'adverts/100 jobs'),
          },
        ],
      };
    },
    async getSurvey() {
      called('getSurvey');
      return {
        series: [
          {
            series: 'AP2Y',
            title: 'UK Vacancies (thousands) - Total',
            observations: [
              {
                period: '2025-05',
                adverts: cell('2025-05', 726_000, 'vacancies'),
                change: undefined,
                per100Jobs: undefined,
              },
            ],
          },
        ],
      };
    },
    async searchAdverts({ keywords, location, limit, offset, radius }) {
      called('searchAdverts');
      if (/nowhere/i.test(location)) {
        throw new LmiError('invalid-argument', 'There is no such place.', { field: 'location' });
      }
      const found = adverts.filter(({ title }) => title.toLowerCase().includes(keywords.toLowerCase()));
      const placed = location === '' ? {} : { latitude: 51.4, longitude: 0.02, radius };
      return {
        adverts: found.slice(offset, offset + limit),
        total: found.length,
        sources: [
          { source: 'sample', state: 'answered', adverts: found.length, attribution: 'None is real' },
        ],
        sample: true,
        latitude: undefined,
        longitude: undefined,
        radius: 0,
        releases: [releases.adverts.version, ...(location === '' ? [] : [releases.outcodes.version])],
        ...placed,
      };
    },
    async listOutcodes() {
      called('listOutcodes');
      return { outcodes: [], release: releases.outcodes.version };
    },
  };
}
