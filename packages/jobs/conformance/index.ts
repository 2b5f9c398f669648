import type { Jobs } from '@lmi/kit';

/** What every jobs adapter must do. Registers its tests with jest under the given name. */
export function jobsConformance(name: string, open: () => Promise<Jobs>): void {
  describe(`jobs conformance: ${name}`, () => {
    let jobs: Jobs;
    beforeEach(async () => {
      jobs = await open();
    });
    afterEach(() => jobs.close());

    it('runs a job to its end with its payload and reports progress between 0 and 1', async () => {
      const seen: unknown[] = [];
      const progress: number[] = [];
      jobs.register<{ n: number }>('double', async (payload, context) => {
        context.progress(-1);
        context.progress(0.5);
        seen.push(payload.n * 2);
        context.progress(7);
      });
      await jobs.run('double', { n: 21 }, { id: 'double:21', onProgress: (done) => progress.push(done) });
      expect(seen).toEqual([42]);
      expect(progress).toEqual([0, 0.5, 1]);
    });

    it('runs jobs of one id once when asked twice at the same time, and again when asked later', async () => {
      let runs = 0;
      jobs.register('import', async () => {
        runs += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      });
      await Promise.all([jobs.run('import', {}, { id: 'import:pay' }), jobs.run('import', {}, { id: 'import:pay' })]);
      expect(runs).toBe(1);
      await jobs.run('import', {}, { id: 'import:pay' });
      expect(runs).toBe(2);
    });

    it('gives the error of a failing job to the caller and can run it again', async () => {
      let runs = 0;
      jobs.register('flaky', async () => {
        runs += 1;
        if (runs === 1) throw new Error('bad file');
      });
      await expect(jobs.run('flaky', {}, { id: 'f' })).rejects.toThrow('bad file');
      await jobs.run('flaky', {}, { id: 'f' });
      expect(runs).toBe(2);
    });

    it('refuses a name that nobody registered', async () => {
      await expect(jobs.run('nothing', {}, { id: 'n' })).rejects.toThrow('no job named nothing');
    });
  });
}
