import {
  Cell,
  type Apprenticeship,
  type Course,
  type CourseServiceDefinition,
  type GetDestinationsReply,
  type Release,
} from '@lmi/contracts';
import { LmiError, type Handlers } from '@lmi/kit';

type Rpcs =
  'findCourses' | 'getCourse' | 'getDestinations' | 'listSubjects' | 'findApprenticeships' | 'getLearning';

const subject = { code: 'CAH10-01-02', name: 'Mechanical engineering', level: 3, people: 70 };

const course: Course = {
  id: '10007762-1-13MCHENG',
  name: 'Mechanical engineering',
  nameSource: 'subject',
  provider: '10007762',
  providerName: 'A university',
  mode: 'full-time',
  subjects: [subject],
  award: '',
};

const plumbing: Apprenticeship = {
  id: '512-3-1',
  kind: 'framework',
  title: 'Plumbing and Heating: Plumbing',
  level: 2,
  status: 'Closed',
  route: '',
  sector: '5.2',
  starts: '2013-02-25',
  ends: '2020-07-31',
  months: 24,
  funding: undefined,
  jobTitles: [],
  occupations: [{ code: '5315', title: 'Plumbers', weight: 1, marks: ['modelled'] }],
};

/** The rpcs about courses and apprenticeships: one course, one subject with figures, one apprenticeship. */
export function fakeCourses(
  called: (name: string) => void,
  find: (code: string, classification: string) => { code: string; classification: string },
  releases: { readonly courses: Release; readonly destinations: Release; readonly apprenticeships: Release },
): Pick<Handlers<typeof CourseServiceDefinition>, Rpcs> {
  const share = (value: number, marks: string[]): Cell =>
    Cell.fromPartial({
      value,
      unit: 'percent',
      period: '2019/21',
      marks,
      release: releases.destinations.version,
    });
  const nothing: GetDestinationsReply = {
    subjects: [],
    occupations: [],
    earnings: [],
    answered: '',
    answeredName: '',
    classification: 'soc2010',
    period: '',
    people: 0,
    coverage: 0.4,
    releases: [releases.destinations.version],
  };
  const destinations = (occupation: string, classification: string): GetDestinationsReply => {
    const group = find(occupation, classification);
    if (occupation !== '2136' && occupation !== '2134') return nothing;
    return {
      ...nothing,
      subjects: [
        {
          subject,
          share: share(61.4, ['small-sample', 'modelled', 'coarser']),
          rate: share(20, ['modelled', 'coarser']),
        },
      ],
      answered: occupation.slice(0, 3),
      answeredName: 'Information technology professionals',
      classification: group.classification,
      period: '2019/21',
      people: 61.5,
    };
  };
  const apprenticeshipsOf = (fits: boolean) => ({
    apprenticeships: fits ? [plumbing] : [],
    total: fits ? 1 : 0,
    nextCursor: '',
    releases: [releases.apprenticeships.version],
  });
  return {
    async findCourses({ occupation, classification, query }) {
      called('findCourses');
      if (occupation !== '') find(occupation, classification);
      const fits = 'mechanical engineering'.includes(query.toLowerCase()) || query === 'civil engineering';
      return {
        courses: fits ? [course] : [],
        total: fits ? 41 : 0,
        nextCursor: fits ? 'bmV4dA' : '',
        releases: [releases.courses.version],
      };
    },
    async getCourse({ id }) {
      called('getCourse');
      if (id !== course.id) throw new LmiError('not-found', `There is no course ${id}.`, { field: 'id' });
      const figure = (value: number | undefined, marks: string[]): Cell =>
        Cell.fromPartial({
          unit: 'GBP/year',
          period: '2022/23',
          marks,
          release: releases.courses.version,
          ...(value === undefined ? {} : { value }),
        });
      return {
        course,
        locations: [{ name: 'City campus', latitude: 55.86, longitude: -4.25 }],
        hecos: [],
        ucas: ['5142'],
        outcomes: [
          {
            kind: 'salary-15-months',
            subject: 'CAH10-01',
            subjectName: 'Engineering',
            population: 45,
            responseRate: 54,
            items: [{ item: 'median', cell: figure(29_000, ['small-sample', 'coarser']) }],
          },
          {
            kind: 'earnings-3-years',
            subject: '',
            subjectName: '',
            population: undefined,
            responseRate: undefined,
            items: [{ item: 'median', cell: figure(undefined, ['not-available']) }],
          },
        ],
        releases: [releases.courses.version],
      };
    },
    async getDestinations({ occupation, subjects, classification }) {
      called('getDestinations');
      if ((occupation === '') === (subjects.length === 0)) {
        throw new LmiError('invalid-argument', 'occupation, subject: give exactly one of the two', {
          field: 'occupation',
        });
      }
      if (occupation !== '') return destinations(occupation, classification);
      return {
        ...nothing,
        occupations: [
          {
            code: '212',
            classification,
            title: 'Engineering professionals',
            share: share(45.7, ['modelled']),
          },
          { code: '9', classification, title: 'Elementary occupations', share: share(0.2, ['modelled']) },
        ],
        answered: subjects.join(),
        period: '2019/21',
        people: 70,
      };
    },
    async listSubjects({ level }) {
      called('listSubjects');
      return { subjects: level === 0 || level === 3 ? [subject] : [], release: releases.courses.version };
    },
    async findApprenticeships({ query, occupation, classification, id }) {
      called('findApprenticeships');
      if (occupation !== '') find(occupation, classification);
      return apprenticeshipsOf(query === 'plumbing' || occupation.startsWith('531') || id === plumbing.id);
    },
    async getLearning({ occupation, classification }) {
      called('getLearning');
      return {
        destinations: destinations(occupation, classification),
        courses: 41,
        apprenticeships: apprenticeshipsOf(occupation.startsWith('531')),
      };
    },
  };
}
