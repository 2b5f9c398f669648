import type { Database, ReferenceSource } from '@lmi/kit';
import { createReferenceSource, createReleaseStore } from '../src';
import { publishRows, stageRows } from './publish';
import { opener, type FreshDatabase } from './target';

/** What the reference data must be on every engine. Registers its tests with jest under the given name. */
export function referenceConformance(name: string, fresh: FreshDatabase): void {
  describe(`reference conformance: ${name}`, () => {
    const { keep, closeAll } = opener();
    let db: Database;

    beforeEach(async () => {
      db = await keep((await fresh()).open());
    });
    afterEach(closeAll);

    const publishSoc = (edition: string, title: string) =>
      publishRows(createReleaseStore(db), 'soc', edition, {
        soc_group: [
          ['classification', 'code', 'level', 'title'],
          ['soc2020', '2', 'major', 'Professional occupations'],
          ['soc2020', '2237', 'unit', title],
          ['soc2020', '2231', 'unit', 'Midwifery nurses'],
          ['soc2020', '5241', 'unit', 'Electricians'],
          ['soc2010', '2231', 'unit', 'Nurses'],
        ],
        soc_crosswalk: [
          ['soc2010', 'soc2020', 'sex', 'people', 'share_of_2010', 'share_of_2020'],
          ['2231', '2237', 'all', 300, 0.75, 1],
          ['2231', '2231', 'all', 100, 0.25, 0.5],
          ['2231', '2237', 'male', 30, 0.8, 1],
        ],
      });
    const publishAreas = () =>
      publishRows(createReleaseStore(db), 'areas', '2025', {
        area: [
          ['code', 'name', 'type', 'parent'],
          ['K02000001', 'United Kingdom', 'country', null],
          ['E92000001', 'England', 'nation', 'K02000001'],
          ['E12000003', 'Yorkshire and The Humber', 'region', 'E92000001'],
          ['E08000035', 'Leeds', 'district', 'E12000003'],
          ['E08000032', 'Bradford', 'district', 'E12000003'],
          ['WY', 'West Yorkshire', 'mca', null],
        ],
        area_membership: [
          ['district', 'area', 'type'],
          ['E08000035', 'WY', 'mca'],
          ['E08000032', 'WY', 'mca'],
        ],
      });

    const serving = (source: ReferenceSource) => db.read((reader) => source.read(reader));

    it('is unavailable until both datasets are published', async () => {
      const source = createReferenceSource(createReleaseStore(db));
      await expect(serving(source)).rejects.toMatchObject({ code: 'unavailable' });
      await publishSoc('a', 'Registered nurses');
      await expect(serving(source)).rejects.toMatchObject({ code: 'unavailable' });
      const areas = await publishAreas();
      expect((await serving(source)).releases.get('areas')?.version).toBe(areas);
    });

    it('answers by code, level, pair, type and parent', async () => {
      const soc = await publishSoc('a', 'Registered nurses');
      const areas = await publishAreas();
      const { reference } = await serving(createReferenceSource(createReleaseStore(db)));
      expect([reference.socVersion, reference.areasVersion]).toEqual([soc, areas]);
      expect(reference.occupation('soc2020', '2237')).toEqual({
        code: '2237',
        level: 'unit',
        title: 'Registered nurses',
      });
      expect(reference.occupation('soc2010', '2237')).toBeUndefined();
      expect(reference.unitGroups('soc2020', '2')).toEqual(['2231', '2237']);
      expect(reference.unitGroups('soc2020', 'all')).toEqual(['2231', '2237', '5241']);
      expect(reference.unitGroups('soc2010', '9')).toEqual([]);
      expect(reference.pairsOf2010('2231')).toEqual([
        { soc2010: '2231', soc2020: '2231', people: 100, shareOf2010: 0.25, shareOf2020: 0.5 },
        { soc2010: '2231', soc2020: '2237', people: 300, shareOf2010: 0.75, shareOf2020: 1 },
      ]);
      expect(reference.pairsOf2020('2237')).toHaveLength(1);
      expect(reference.pairsOf2020('9999')).toEqual([]);
      expect(reference.area('E08000035')?.name).toBe('Leeds');
      expect(reference.areas('district').map(({ code }) => code)).toEqual(['E08000032', 'E08000035']);
      expect(reference.areas()).toHaveLength(6);
      for (const area of ['WY', 'E12000003', 'E92000001', 'K02000001']) {
        expect(reference.districtsOf(area)).toEqual(['E08000032', 'E08000035']);
      }
      expect(reference.districtsOf('E08000035')).toEqual([]);
    });

    describe('with pinned releases', () => {
      const derived = { pay_factor: [] as never[] };
      const pinned = async (...pins: string[]) => {
        const source = createReferenceSource(createReleaseStore(db));
        return db.read((reader) => source.read(reader, pins));
      };

      it('reads them in place of those that serve, and only for that question', async () => {
        const old = await publishSoc('a', 'Registered nurses');
        await publishAreas();
        const present = await publishSoc('b', 'Nurses, registered');
        const source = createReferenceSource(createReleaseStore(db));
        const titleOf = async (pins?: string[]) => {
          const { releases, reference } = await db.read((reader) => source.read(reader, pins));
          return [releases.get('soc')?.version, reference.occupation('soc2020', '2237')?.title];
        };
        for (let round = 0; round < 2; round++) {
          expect(await titleOf([old])).toEqual([old, 'Registered nurses']);
          expect(await titleOf()).toEqual([present, 'Nurses, registered']);
          expect(await titleOf([present])).toEqual([present, 'Nurses, registered']);
        }
      });

      it('brings the inputs of a derived release, and lets derived ones follow their inputs', async () => {
        const store = createReleaseStore(db);
        const one = await publishSoc('a', 'Registered nurses');
        await publishAreas();
        const ofOne = await publishRows(store, 'pay-estimates', '1', derived, [one]);
        const two = await publishSoc('b', 'Nurses, registered');
        const ofTwo = await publishRows(store, 'pay-estimates', '2', derived, [two]);
        const three = await publishSoc('c', 'Nurses');
        const versions = async (...pins: string[]) => {
          const { releases } = await pinned(...pins);
          return [releases.get('soc')?.version, releases.get('pay-estimates')?.version];
        };
        expect(await versions()).toEqual([three, ofTwo]);
        expect(await versions(one)).toEqual([one, ofOne]);
        expect(await versions(ofOne)).toEqual([one, ofOne]);
        expect(await versions(two, ofTwo)).toEqual([two, ofTwo]);
        expect(await versions(three)).toEqual([three, undefined]);
        await expect(pinned(two, ofOne)).rejects.toMatchObject({
          code: 'invalid-argument',
          field: 'dataVersion',
          validValues: [one],
        });
      });

      it('refuses what was never published, what is gone, and two of one dataset', async () => {
        const store = createReleaseStore(db);
        const one = await publishSoc('a', 'Registered nurses');
        const two = await publishSoc('b', 'Nurses, registered');
        const three = await publishSoc('c', 'Nurses');
        await publishAreas();
        const staged = await stageRows(store, 'areas', 'next', { area: [] });
        await store.sweep('soc', ['soc_group', 'soc_crosswalk'], 1);
        for (const version of ['soc-none-00000000', staged.version]) {
          await expect(pinned(version)).rejects.toMatchObject({
            code: 'invalid-argument',
            field: 'dataVersion',
          });
        }
        await expect(pinned('soc-none-00000000')).rejects.toMatchObject({ validValues: [three, two] });
        await expect(pinned(one)).rejects.toMatchObject({ code: 'not-available', validValues: [three, two] });
        await expect(pinned(two, three)).rejects.toMatchObject({ code: 'invalid-argument' });
      });
    });

    it('is loaded once, costs one statement afterwards, and follows the pointer at once', async () => {
      await publishSoc('a', 'Registered nurses');
      await publishAreas();
      const source = createReferenceSource(createReleaseStore(db));
      const [first, same] = await Promise.all([serving(source), serving(source)]);
      expect(same.reference).toBe(first.reference);
      const before = db.statements;
      for (let i = 0; i < 100; i++) await serving(source);
      expect(db.statements - before).toBe(100);

      const version = await publishSoc('b', 'Nurses, registered');
      const next = await serving(source);
      expect(next.reference.socVersion).toBe(version);
      expect(next.releases.get('soc')?.version).toBe(version);
      expect(next.reference.occupation('soc2020', '2237')?.title).toBe('Nurses, registered');
      expect(first.reference.occupation('soc2020', '2237')?.title).toBe('Registered nurses');
    });
  });
}
