import type { Limits, Standing } from '@lmi/kit';

/**
 * What every adapter of limits must do. Registers its tests with jest under the given name.
 * @param open as many processes as count together in this adapter, all new to each client.
 * @param pass lets the given milliseconds of the adapter's clock go by.
 */
export function limitsConformance(
  name: string,
  open: (windowMs: number) => Promise<readonly Limits[]>,
  pass: (ms: number) => Promise<unknown>,
): void {
  describe(`limits conformance: ${name}`, () => {
    const opened: Limits[] = [];
    let clients = 0;
    const processes = async (windowMs: number) => {
      const limits = await open(windowMs);
      opened.push(...limits);
      clients += 1;
      let turn = 0;
      const client = `client-${process.pid}-${clients}`;
      const take = async (limit: number, who = client): Promise<Standing> =>
        limits[turn++ % limits.length]!.take(who, limit);
      const burst = async (count: number, limit: number) =>
        Promise.all(Array.from({ length: count }, () => take(limit)));
      return { take, burst };
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((limits) => limits.close()));
    });
    const allowedOf = (standings: readonly Standing[]) => standings.filter(({ allowed }) => allowed).length;

    it('allows what the limit says, to 2 %, of many requests at once', async () => {
      const { burst } = await processes(60_000);
      const allowed = allowedOf(await burst(4_500, 3_000));
      expect(allowed).toBeGreaterThanOrEqual(2_940);
      expect(allowed).toBeLessThanOrEqual(3_060);
    });

    it('allows what the limit says, to 2 %, of requests that come one after the other', async () => {
      const { take } = await processes(60_000);
      const standings: Standing[] = [];
      for (let i = 0; i < 1_300; i++) standings.push(await take(1_000));
      expect(allowedOf(standings)).toBeGreaterThanOrEqual(980);
      expect(allowedOf(standings)).toBeLessThanOrEqual(1_020);
    });

    it('says how many are left and when more are free', async () => {
      const { take, burst } = await processes(60_000);
      expect((await take(1_000)).remaining).toBeGreaterThanOrEqual(980);
      for (let i = 1; i < 500; i++) {
        await take(1_000);
        if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await pass(20);
      const { remaining } = await take(1_000);
      expect(remaining).toBeGreaterThan(400);
      expect(remaining).toBeLessThanOrEqual(520);
      await burst(700, 1_000);
      await burst(40, 1_000);
      const refused = (await burst(40, 1_000)).at(-1)!;
      expect(refused).toMatchObject({ allowed: false, remaining: 0 });
      expect(refused.resetMs).toBeGreaterThan(50_000);
      expect(refused.resetMs).toBeLessThanOrEqual(60_600);
    });

    it('counts each client by itself', async () => {
      const { take, burst } = await processes(60_000);
      await burst(300, 100);
      await burst(20, 100);
      await burst(20, 100);
      expect((await take(100)).allowed).toBe(false);
      expect((await take(100, 'somebody else')).allowed).toBe(true);
    });

    it('frees requests when they leave the window, and not before', async () => {
      while (!(await freedInTime()));
    });

    /** @returns false when the machine was too busy to ask within the window, which says nothing of the adapter. */
    const freedInTime = async (): Promise<boolean> => {
      const windowMs = 2_000;
      const { burst } = await processes(windowMs);
      const begun = performance.now();
      await burst(150, 300);
      await pass(1_000);
      const half = performance.now();
      const first = allowedOf(await burst(300, 300));
      if (performance.now() - begun > windowMs) return false;
      expect(first).toBeLessThanOrEqual(156);
      await pass(1_150);
      const second = allowedOf(await burst(300, 300));
      if (performance.now() - half > windowMs) return false;
      expect(second).toBeGreaterThanOrEqual(140);
      expect(second).toBeLessThanOrEqual(160);
      await pass(2_200);
      expect(allowedOf(await burst(400, 300))).toBeGreaterThanOrEqual(294);
      return true;
    };

    it('knows who asked lately', async () => {
      const { take } = await processes(2_000);
      await take(100, 'k:one');
      await take(100, 'k:two');
      await take(100, 'a:three');
      const asked = opened.at(-1)!;
      for (let found: string[] = []; found.sort().join() !== 'k:one,k:two'; await pass(5))
        found = await asked.active('k:');
      await pass(2_100);
      while ((await asked.active('k:')).length > 0) await pass(20);
    });
  });
}
