import type { Cache } from '@lmi/kit';

/** What every cache adapter must do. Registers its tests with jest under the given name. */
export function cacheConformance(name: string, open: () => Promise<Cache>): void {
  describe(`cache conformance: ${name}`, () => {
    let cache: Cache;
    beforeEach(async () => {
      cache = await open();
    });
    afterEach(() => cache.close());

    it('loads once and then answers from the store', async () => {
      let loads = 0;
      const load = async () => ({ n: ++loads });
      expect(await cache.through(['a', 1], load)).toEqual({ n: 1 });
      expect(await cache.through(['a', 1], load)).toEqual({ n: 1 });
      expect(loads).toBe(1);
    });

    it('shares one load between a thousand callers', async () => {
      let loads = 0;
      const load = async () => {
        loads += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { ok: true };
      };
      const answers = await Promise.all(
        Array.from({ length: 1000 }, () => cache.through(['stampede'], load)),
      );
      expect(loads).toBe(1);
      expect(new Set(answers.map((a) => JSON.stringify(a)))).toEqual(new Set(['{"ok":true}']));
    });

    it('keeps keys apart that differ in type, case, space or split', async () => {
      const keys = [
        ['a', 1],
        ['a', '1'],
        ['A', 1],
        ['a ', 1],
        ['a1'],
        ['a', 'b', 'c'],
        ['a', 'b,c'],
        ['a,b', 'c'],
      ];
      for (const [i, key] of keys.entries()) await cache.through(key, async () => ({ i }));
      for (const [i, key] of keys.entries()) {
        expect(await cache.through(key, async () => ({ i: -1 }))).toEqual({ i });
      }
    });

    it.each<[string, object]>([
      ['numbers', { n: [0, -0, 1.1, -1e-7, 2 ** 53 - 1, -(2 ** 53) + 1, 5e-324, 1.7976931348623157e308] }],
      ['texts', { t: ['', ' a ', 'Wales – Cymru', '👩‍🏫', '\u0000', 'line\nline', '"\\', '\ud800'] }],
      ['nesting', { a: [{ b: [[], {}, [[1]]] }], c: { d: { e: null } } }],
      ['absence', { there: undefined, nothing: null, no: false, list: [undefined, null] }],
      [
        'a list',
        [
          { code: '2314', value: 1 },
          { code: '2315', value: null },
        ],
      ],
      ['bytes', { packed: new Uint8Array([0, 1, 127, 128, 255]) }],
      [
        'a large value',
        { cells: Array.from({ length: 5_000 }, (_, i) => ({ code: String(i), pay: i / 7 })) },
      ],
    ])('gives back what was put in: %s', async (label, value) => {
      await cache.through([label], async () => value);
      const again = await cache.through([label], async () => ({ loaded: 'again' }));
      expect(again).toEqual(value);
      expect(Object.keys(again)).toEqual(Object.keys(value));
    });

    it('does not store a failed load, and passes its error to everyone who waited', async () => {
      let loads = 0;
      const fail = async (): Promise<object> => {
        loads += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
        throw new Error('source down');
      };
      const results = await Promise.allSettled([cache.through(['f'], fail), cache.through(['f'], fail)]);
      expect(results.map((r) => r.status)).toEqual(['rejected', 'rejected']);
      expect(loads).toBe(1);
      expect(await cache.through(['f'], async () => ({ up: true }))).toEqual({ up: true });
    });

    it('forgets on clear, also what was being loaded when it was called', async () => {
      let release: (() => void) | undefined;
      const slow = cache.through(['s'], async () => {
        await new Promise<void>((resolve) => (release = resolve));
        return { old: true };
      });
      await new Promise((resolve) => setTimeout(resolve, 5));
      await cache.clear();
      release?.();
      expect(await slow).toEqual({ old: true });
      expect(await cache.through(['s'], async () => ({ old: false }))).toEqual({ old: false });
    });
  });
}
