import { Cell, type Element, type OccupationServiceDefinition, type Release } from '@lmi/contracts';
import { LmiError, type Handlers } from '@lmi/kit';

type Rpcs = 'listElements' | 'getOccupationSkills' | 'getOnetRatings' | 'listOnetLinks' | 'matchOccupations';

const elements: readonly Element[] = [
  { id: '2.A.1.c', name: 'Writing', domain: 'skills', edition: '29.0' },
  { id: '2.A.1.d', name: 'Speaking', domain: 'skills', edition: '29.0' },
  { id: '2.A.1.e', name: 'Mathematics', domain: 'skills', edition: '29.0' },
  { id: '2.B.3.e', name: 'Programming', domain: 'skills', edition: '29.0' },
  { id: '2.C.3.a', name: 'Computers and Electronics', domain: 'knowledge', edition: '29.0' },
  { id: '1.B.1.c', name: 'Artistic', domain: 'interests', edition: '30.2' },
];

/** The rpcs about skills with a few elements: every occupation is rated alike. */
export function fakeSkills(
  called: () => void,
  find: (code: string, classification: string) => { readonly title: string },
  releases: { readonly skills: Release; readonly onet: Release; readonly link: Release },
): Pick<Handlers<typeof OccupationServiceDefinition>, Rpcs> {
  const wanted = (domains: readonly string[]): Element[] =>
    elements.filter(({ domain }) => domains.length === 0 || domains.includes(domain));
  const ratings = (domains: readonly string[], release: Release, marks: string[]) =>
    wanted(domains).map((element, at) => {
      const cell = (value: number, unit: string) =>
        Cell.fromPartial({ value, unit, period: '2023', marks, release: release.version, table: 'O*NET' });
      const interest = element.domain === 'interests';
      return {
        element,
        importance: cell(3 + at / 4, interest ? 'interest 1-7' : 'importance 1-5'),
        level: interest ? undefined : cell(3.5, 'level 0-7'),
      };
    });
  const link = (code: string, title: string) => ({
    code,
    title,
    weight: 1,
    marks: ['modelled'],
    titles: 2,
    rated: true,
  });
  return {
    async listElements({ domains }) {
      called();
      return { elements: wanted(domains), release: releases.onet.version };
    },
    async getOccupationSkills({ code, classification, domains }) {
      called();
      find(code, classification);
      return {
        ratings: ratings(domains, releases.skills, ['modelled']),
        onetLinks: [link('15-1252.00', 'Software Developers')],
        linkRelease: releases.link.version,
        escoGroups: [link('2512', 'Software developers')],
        escoSkillGroups: [],
        escoRelease: '',
        coverage: 1,
      };
    },
    async getOnetRatings({ code, domains }) {
      called();
      if (code !== '11-1011.00') throw new LmiError('not-found', `There is no O*NET occupation ${code}.`);
      const interests = domains.length === 0 || domains.includes('interests');
      return {
        code,
        title: 'Chief Executives',
        ratings: ratings(domains, releases.onet, []),
        highPoints: interests ? [{ id: '1.B.1.g', name: 'First Interest High-Point', value: 5 }] : [],
        release: releases.onet.version,
      };
    },
    async listOnetLinks({ codes, fromOnet, classification }) {
      called();
      const links = codes.map((code) => ({
        code,
        classification: 'soc2010',
        links: fromOnet
          ? [link('2136', 'Programmers')]
          : [link('15-1252.00', find(code, classification).title)],
      }));
      return { links, release: releases.link.version };
    },
    async matchOccupations({ ratings: own, reasons }) {
      called();
      const matches = [
        {
          code: '2136',
          title: 'Programmers and software development professionals',
          score: 0.875,
          compared: own.length,
          reasons: own.slice(0, reasons).map(({ element, kind, value }) => ({
            element: elements.find(({ id }) => id === element),
            kind,
            yours: value,
            theirs: 4.5,
            fit: 0.875,
          })),
        },
      ];
      return { matches, unrated: ['3311'], release: releases.skills.version };
    },
  };
}
