import { join } from 'node:path';
import { countQuality, findSources, type SourceFile } from '@lmi/importing';
import { officialSources } from '@lmi/importing/testing';
import { courses } from '../src';
import { fixtures, importerOf, openPublishedHouse, type House } from './house';

/** The CSV set for courses, with the job lists of the whole one beside it. */
async function fixtureFiles(): Promise<SourceFile[]> {
  const of = (folder: string) => findSources(join(fixtures, folder));
  return [
    ...(await of('csv')),
    ...(await of('xml')),
    ...(await of('subjects')),
    ...(await of('apprenticeships')),
  ];
}

let house: House;
beforeAll(async () => {
  house = await openPublishedHouse(await fixtureFiles());
}, 120_000);
afterAll(() => house.close());

describe('courses', () => {
  test('are found by words of subject and provider, in pages', async () => {
    const first = await house.call('findCourses', { query: 'caledonian business', limit: 1 });
    expect(first.total).toBeGreaterThan(1);
    expect(first.courses[0]).toMatchObject({
      nameSource: 'subject',
      providerName: 'Glasgow Caledonian University',
      mode: 'full-time',
    });
    const second = await house.call('findCourses', {
      query: 'caledonian business',
      limit: 1,
      cursor: first.nextCursor,
    });
    expect(second.courses[0]!.id).not.toBe(first.courses[0]!.id);
    const all = await house.call('findCourses', { query: 'caledonian business', limit: 100 });
    expect([all.courses.length, all.nextCursor]).toEqual([first.total, '']);
  });

  test('are found by provider, subject and mode', async () => {
    const bySubject = await house.call('findCourses', { subject: 'cah02', limit: 100 });
    expect(bySubject.total).toBeGreaterThan(3);
    for (const { subjects } of bySubject.courses) {
      expect(subjects.some(({ code }) => code.startsWith('CAH02'))).toBe(true);
    }
    const byProvider = await house.call('findCourses', { provider: '10000163', limit: 100 });
    expect(new Set(byProvider.courses.map(({ provider }) => provider))).toEqual(new Set(['10000163']));
    const partTime = await house.call('findCourses', { mode: 'part-time', limit: 100 });
    expect(partTime.courses.every(({ mode }) => mode === 'part-time')).toBe(true);
    expect((await house.call('findCourses', { query: 'zzz' })).total).toBe(0);
  });

  test('are found by the subjects that graduates in an occupation studied', async () => {
    const found = await house.call('findCourses', { occupation: '2141', classification: 'soc2020' });
    for (const { subjects } of found.courses) {
      expect(subjects.some(({ code }) => code.startsWith('CAH11-01-06'))).toBe(true);
    }
    const none = await house.call('findCourses', { occupation: '2211', classification: 'soc2020' });
    expect(none.total).toBe(0);
  });

  test('have every kind of figure, or the mark of why not', async () => {
    const { courses: list } = await house.call('findCourses', { limit: 100 });
    const marks = new Set<string>();
    for (const { id } of list) {
      const course = await house.call('getCourse', { id });
      expect(new Set(course.outcomes.map(({ kind }) => kind)).size).toBe(7);
      for (const { items, subject } of course.outcomes) {
        for (const { cell } of items) {
          expect(cell!.period).toMatch(/^\d{4}/);
          expect(cell!.release).toMatch(/^courses-/);
          if (cell!.value === undefined) expect(cell!.marks).toContain('not-available');
          if (subject !== '') expect(cell!.marks).toContain('coarser');
          for (const mark of cell!.marks) marks.add(mark);
        }
      }
    }
    expect([...marks].sort()).toEqual(['coarser', 'not-available', 'small-sample']);
  });

  test.each<[string, object, object]>([
    ['findCourses', { provider: '99999999' }, { code: 'not-found', field: 'provider' }],
    ['findCourses', { subject: 'CAH99' }, { code: 'not-found', field: 'subject' }],
    ['findCourses', { subject: 'physics' }, { code: 'invalid-argument', field: 'subject' }],
    ['findCourses', { mode: 'evening' }, { code: 'invalid-argument', field: 'mode' }],
    ['findCourses', { cursor: 'nonsense' }, { code: 'invalid-argument', field: 'cursor' }],
    [
      'findCourses',
      { cursor: Buffer.from('20 courses-2019-00000000').toString('base64url') },
      { code: 'invalid-argument', field: 'cursor' },
    ],
    ['findCourses', { occupation: '9999' }, { code: 'not-found', field: 'occupation' }],
    ['getCourse', { id: '10007762-1-NOPE' }, { code: 'not-found', field: 'id' }],
    ['getDestinations', {}, { code: 'invalid-argument', field: 'occupation' }],
    ['getDestinations', { occupation: '2136', subjects: ['CAH11'] }, { code: 'invalid-argument' }],
    ['getDestinations', { occupation: '2136', level: 4 }, { code: 'invalid-argument', field: 'level' }],
    ['getDestinations', { subjects: ['CAH99'] }, { code: 'not-found', field: 'subject' }],
    ['findApprenticeships', { occupation: 'abc' }, { code: 'invalid-argument', field: 'occupation' }],
    [
      'findApprenticeships',
      { occupation: '2136', classification: 'soc2000' },
      { code: 'invalid-argument', field: 'classification' },
    ],
  ])('%s %j is refused', async (name, request, error) => {
    await expect(house.call(name as never, request)).rejects.toMatchObject(error);
  });
});

describe('destinations', () => {
  test('of an occupation: subjects whose shares add up, marked for the group that answers', async () => {
    const reply = await house.call('getDestinations', {
      occupation: '2141',
      classification: 'soc2020',
      level: 3,
    });
    expect(reply).toMatchObject({ answered: '214', classification: 'soc2020', people: 8.25 });
    expect(reply.coverage).toBeGreaterThan(0);
    expect(reply.subjects).toHaveLength(1);
    expect(reply.subjects[0]).toMatchObject({
      subject: { code: 'CAH11-01-06', name: 'Computer games and animation' },
      share: { value: 100, marks: ['small-sample', 'modelled', 'coarser'], period: '2019/21' },
      rate: { marks: ['small-sample', 'modelled', 'coarser'] },
    });
    expect(reply.subjects[0]!.rate!.value).toBeCloseTo(55, 9);
    const group = await house.call('getDestinations', {
      occupation: '214',
      classification: 'soc2020',
      level: 3,
    });
    expect(group.subjects[0]!.share!.marks).toEqual(['small-sample', 'modelled']);
  });

  test('of a SOC 2010 unit group come from the SOC 2020 group that its people are in', async () => {
    const reply = await house.call('getDestinations', { occupation: '2137', level: 3 });
    expect(reply).toMatchObject({ answered: '213', classification: 'soc2020' });
    expect(reply.subjects[0]!.share!.marks).toContain('coarser');
    const wide = await house.call('getDestinations', { occupation: '71', level: 3 });
    expect(wide).toMatchObject({ answered: '71', classification: 'soc2010' });
    expect(wide.subjects[0]!.share!.marks).not.toContain('coarser');
  });

  test('of every major group add up to all', async () => {
    for (const occupation of ['1', '2', '3', '4', '7']) {
      const { subjects } = await house.call('getDestinations', {
        occupation,
        classification: 'soc2020',
        level: 1,
      });
      if (subjects.length === 0) continue;
      expect(subjects.reduce((sum, { share }) => sum + share!.value!, 0)).toBeGreaterThan(97);
    }
  });

  test('of a subject: occupations, largest first; a wider subject answers where there is no list', async () => {
    const own = await house.call('getDestinations', { subjects: ['CAH11-01-06'], classification: 'soc2020' });
    expect(own.occupations.slice(0, 2).map(({ code }) => code)).toEqual(['214', '342']);
    expect(own.occupations[0]!.share!.marks).toEqual(['small-sample', 'modelled']);
    const wider = await house.call('getDestinations', { subjects: ['CAH11-01-01'] });
    expect(wider.answered).toBe('CAH11-01');
    expect(wider.occupations[0]!.share!.marks).toContain('coarser');
    const none = await house.call('getDestinations', { subjects: ['CAH19-04-01'] });
    expect([none.answered, none.occupations]).toEqual(['', []]);
  });

  test('of a subject: national pay after 15 months and later earnings', async () => {
    const { earnings } = await house.call('getDestinations', { subjects: ['CAH10-01-02'] });
    const medians = earnings
      .filter(({ mode, level }) => mode === 'full-time' && level === 'first-degree')
      .map(({ measure, median }) => [measure, median!.unit, median!.value! > 20_000]);
    expect(medians).toEqual([
      ['salary-15-months', 'GBP/year', true],
      ['earnings-3-years', 'GBP/year', true],
      ['earnings-5-years', 'GBP/year', true],
    ]);
  });

  test('subjects can be listed by level, or with destinations alone', async () => {
    const all = await house.call('listSubjects', { level: 1 });
    expect(all.subjects).toHaveLength(21);
    const some = await house.call('listSubjects', { level: 3, withDestinations: true });
    expect(some.subjects.map(({ code }) => code)).toContain('CAH11-01-06');
    expect(some.subjects.length).toBeLessThan(10);
  });
});

describe('apprenticeships', () => {
  test('are found by words, by code and by occupation in either classification', async () => {
    const words = await house.call('findApprenticeships', { query: 'plumb', limit: 100 });
    expect(words.apprenticeships.length).toBeGreaterThan(1);
    const one = await house.call('findApprenticeships', { id: 'ST0499' });
    expect(one.apprenticeships[0]).toMatchObject({
      kind: 'standard',
      occupations: [{ code: '5231', weight: 1, marks: [] }],
    });
    const today = await house.call('findApprenticeships', { occupation: '5315', classification: 'soc2020' });
    expect(today.apprenticeships.map(({ id }) => id)).toContain('ST9901');
    expect(today.apprenticeships[0]!.occupations[0]!.marks).toEqual(['modelled']);
    const before = await house.call('findApprenticeships', { occupation: '5314' });
    expect(before.apprenticeships.map(({ id }) => id)).toContain('ST9901');
  });

  test('a profile has subjects, courses and apprenticeships in one answer', async () => {
    const reply = await house.call('getLearning', { occupation: '2141', classification: 'soc2020' });
    expect(reply.destinations!.subjects).toHaveLength(1);
    const { total } = await house.call('findCourses', { occupation: '2141', classification: 'soc2020' });
    expect(reply.courses).toBe(total);
    expect(reply.apprenticeships!.apprenticeships.length).toBeLessThanOrEqual(5);
  });
});

test('releases of every dataset are told', async () => {
  const { releases } = await house.call('listReleases', {});
  expect(releases.map(({ dataset }) => dataset).sort()).toEqual(
    courses.importers.map(({ card }) => card.id).sort(),
  );
  for (const { attribution, licence } of releases) {
    expect(attribution).toMatch(/HESA|Open Government Licence/);
    expect(licence).toMatch(/^(CC-BY-4\.0|OGL-UK-3\.0)$/);
  }
});

test('figures are counted by kind, level and mark', async () => {
  const count = async (id: string) => {
    const release = (await house.releases.list(id)).find(({ current }) => current)!;
    return house.db.read((reader) => countQuality(reader, release.id, importerOf(id).figures!));
  };
  const ofCourses = await count('courses');
  const salaries = ofCourses.find(({ level }) => level === 'salary-15-months, subject at the provider')!;
  expect(salaries.marks['coarser']).toBe(salaries.cells);
  expect(ofCourses.map(({ level }) => level)).toContain('earnings-5-years, subject level 1');
  expect(
    (await count('graduate-destinations')).every(({ marks, cells }) => marks['modelled'] === cells),
  ).toBe(true);
  expect((await count('apprenticeships')).map(({ level, marks }) => [level, Object.keys(marks)])).toEqual([
    ['name', ['modelled']],
    ['official', []],
  ]);
});

describe(officialSources ? 'whole official files' : 'fixtures in place of the official files', () => {
  let whole: House;
  let files: SourceFile[];
  beforeAll(async () => {
    files = [];
    if (officialSources) {
      for (const folder of ['discover-uni', 'subject-codes', 'apprenticeships']) {
        files.push(...(await findSources(join(officialSources, folder))));
      }
    } else files = await fixtureFiles();
    whole = await openPublishedHouse(files);
  }, 180_000);
  afterAll(() => whole.close());

  test('have the sizes that the files state', async () => {
    const count = async (table: string) =>
      (await whole.db.read((reader) => reader.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)))!.n;
    expect([await count('course'), await count('course_provider'), await count('subject')]).toEqual(
      officialSources ? [30_835, 478, 222] : [40, 2, 222],
    );
  });

  test('serve a sample of figures as the files state them', async () => {
    const cells = await importerOf('courses').reconcile!(
      files.filter((file) => importerOf('courses').accepts(file)),
      officialSources ? 2_000 : 200,
      20_250_804,
    );
    const failures: string[] = [];
    for (const cell of cells) {
      const id = decodeURIComponent(cell.path.split('/').at(-1)!);
      const body = await whole.call('getCourse', { id });
      const served = cell.pick(JSON.parse(JSON.stringify(body)));
      const { value, marks } = cell.expected;
      if (served?.value !== value || marks.some((mark) => !served.marks.includes(mark))) {
        failures.push(`${cell.place}: ${JSON.stringify(served)} for ${value} ${marks.join(' ')}`);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(cells.length).toBeGreaterThan(100);
  }, 120_000);
});
