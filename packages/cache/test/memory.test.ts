import { cacheConformance } from '../conformance';
import { memoryCache } from '../src';

cacheConformance('memory', async () => memoryCache({ maxEntries: 100 }));

describe('memory cache bounds', () => {
  it('drops the least recently used entry', async () => {
    const cache = memoryCache({ maxEntries: 2 });
    await cache.through(['a'], async () => ({ v: 1 }));
    await cache.through(['b'], async () => ({ v: 1 }));
    await cache.through(['a'], async () => ({ v: 2 }));
    await cache.through(['c'], async () => ({ v: 1 }));
    expect(await cache.through(['a'], async () => ({ v: 9 }))).toEqual({ v: 1 });
    expect(await cache.through(['b'], async () => ({ v: 9 }))).toEqual({ v: 9 });
  });

  it('stores nothing at size 0 but still shares a load under way', async () => {
    const cache = memoryCache({ maxEntries: 0 });
    let loads = 0;
    const load = async () => {
      loads += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { loads };
    };
    await Promise.all([cache.through(['a'], load), cache.through(['a'], load)]);
    expect(loads).toBe(1);
    await cache.through(['a'], load);
    expect(loads).toBe(2);
  });
});
