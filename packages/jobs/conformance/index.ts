import { LmiError, type Jobs } from '@lmi/kit';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What every jobs adapter must do. Registers its tests with jest under the given name; `open` gives an adapter that
 * works, pauses 20 ms before a second attempt, and shares nothing with the one before.
 */
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
      await Promise.all([
        jobs.run('import', {}, { id: 'import:pay' }),
        jobs.run('import', {}, { id: 'import:pay' }),
      ]);
      expect(runs).toBe(1);
      await jobs.run('import', {}, { id: 'import:pay' });
      expect(runs).toBe(2);
    });

    it('hands the result to everybody who waits for the job', async () => {
      jobs.register<{ n: number }>('double', async ({ n }) => {
        await wait(50);
        return { doubled: n * 2, rows: [1, null] };
      });
      const ask = () => jobs.run('double', { n: 2 }, { id: 'double' });
      expect(await Promise.all([ask(), ask()])).toEqual([
        { doubled: 4, rows: [1, null] },
        { doubled: 4, rows: [1, null] },
      ]);
    });

    it('does not let somebody who asks for something else join a job of the same id', async () => {
      let goOn: (() => void) | undefined;
      jobs.register('import', () => new Promise<void>((resolve) => (goOn = resolve)));
      const options = { id: 'import:pay' };
      const running = jobs.run('import', { from: 'a', edition: undefined }, options);
      while (!goOn) await wait(5);
      const joined = jobs.run('import', { from: 'a' }, options);
      await expect(jobs.run('import', { from: 'b' }, options)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('{"from":"a"}') as string,
      });
      goOn();
      await Promise.all([running, joined]);
    });

    it('lists what runs with its progress and what is scheduled', async () => {
      const steps: (() => void)[] = [];
      jobs.register('import', async (_, { progress }) => {
        progress(0.25);
        await new Promise<void>((resolve) => steps.push(resolve));
      });
      const nextHour = new Date(Date.now() + 3_600_000).getUTCHours();
      const cron = `59 ${nextHour} * * *`;
      await jobs.schedule('import', { all: true }, { cron }, { id: 'nightly' });
      const running = jobs.run('import', { n: 1 }, { id: 'import:pay' });
      while (steps.length < 1) await wait(5);
      const look = async () => (await jobs.list()).map(({ at: _at, ...job }) => job);
      for (const until = Date.now() + 5_000; (await look())[0]?.progress !== 0.25;) {
        expect(Date.now()).toBeLessThan(until);
        await wait(10);
      }
      const pay = { id: 'import:pay', name: 'import', payload: { n: 1 }, state: 'running', progress: 0.25 };
      const nightly = {
        id: 'nightly',
        name: 'import',
        payload: { all: true },
        state: 'scheduled',
        progress: 0,
      };
      expect(await look()).toEqual([
        { ...pay, attempt: 1 },
        { ...nightly, attempt: 1 },
      ]);
      const due = Date.parse((await jobs.list())[1]!.at) - Date.now();
      expect(due).toBeGreaterThan(0);
      expect(due).toBeLessThanOrEqual(2 * 3_600_000);
      steps[0]!();
      await running;
      await jobs.unschedule('nightly');
      expect(await look()).toEqual([]);
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

    it('tells everybody who asked for the same job how it goes', async () => {
      let goOn: (() => void) | undefined;
      jobs.register('import', async (_, context) => {
        await new Promise<void>((resolve) => (goOn = resolve));
        context.progress(0.5);
      });
      const seen: string[] = [];
      const first = jobs.run('import', {}, { id: 'i', onProgress: (done) => seen.push(`first ${done}`) });
      while (!goOn) await wait(5);
      const second = jobs.run('import', {}, { id: 'i', onProgress: (done) => seen.push(`second ${done}`) });
      await wait(100);
      goOn();
      await Promise.all([first, second]);
      expect(seen.sort()).toEqual(['first 0.5', 'second 0.5']);
    });

    it('tries again as often as asked for', async () => {
      let runs = 0;
      jobs.register('flaky', async () => {
        runs += 1;
        if (runs < 3) throw new Error('source down');
      });
      await jobs.run('flaky', {}, { id: 'f', attempts: 3 });
      expect(runs).toBe(3);
      expect(await jobs.deadJobs()).toEqual([]);
    });

    it('does not try again what the same file would fail again, and keeps what the error says', async () => {
      let runs = 0;
      jobs.register('import', async () => {
        runs += 1;
        throw new LmiError('invalid-argument', 'sheet All: no header', {
          field: 'A5',
          validValues: ['Code', 'Name'],
        });
      });
      const error: unknown = await jobs.run('import', {}, { id: 'i', attempts: 5 }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(LmiError);
      expect(error).toMatchObject({
        code: 'invalid-argument',
        message: 'sheet All: no header',
        field: 'A5',
        validValues: ['Code', 'Name'],
      });
      expect(runs).toBe(1);
    });

    it('shows that a job pauses before its next attempt', async () => {
      let runs = 0;
      jobs.register('flaky', async () => {
        runs += 1;
        if (runs < 4) throw new Error('source down');
      });
      const running = jobs.run('flaky', {}, { id: 'f', attempts: 4 });
      const seen = new Set<string>();
      const watching = (async () => {
        while (runs < 4) {
          for (const { state, attempt } of await jobs.list()) seen.add(`${state} ${attempt}`);
          await wait(1);
        }
      })();
      await Promise.all([running, watching]);
      expect([...seen].some((entry) => entry.startsWith('paused'))).toBe(true);
    });

    it('lists jobs that failed for good, newest first, and runs one again', async () => {
      let broken = true;
      const payloads: unknown[] = [];
      jobs.register<{ file: string }>('import', async (payload) => {
        payloads.push(payload);
        if (broken) throw new Error(`cannot read ${payload.file}`);
      });
      await expect(jobs.run('import', { file: 'a' }, { id: 'import:a', attempts: 2 })).rejects.toThrow(
        'cannot read a',
      );
      await wait(5);
      await expect(jobs.run('import', { file: 'b' }, { id: 'import:b' })).rejects.toThrow('cannot read b');
      const [newest, oldest, ...none] = await jobs.deadJobs();
      expect(none).toEqual([]);
      expect(newest).toMatchObject({
        id: 'import:b',
        name: 'import',
        payload: { file: 'b' },
        reason: 'cannot read b',
      });
      expect(newest).toMatchObject({ attempts: 1 });
      expect(oldest).toMatchObject({ id: 'import:a', attempts: 2 });
      expect(Math.abs(Date.parse(newest!.failedAt) - Date.now())).toBeLessThan(60_000);

      await expect(jobs.rerun(oldest!.key)).rejects.toThrow('cannot read a');
      expect((await jobs.deadJobs()).map(({ id }) => id)).toEqual(['import:a', 'import:b']);
      broken = false;
      await jobs.rerun(newest!.key);
      expect(payloads.at(-1)).toEqual({ file: 'b' });
      expect((await jobs.deadJobs()).map(({ id }) => id)).toEqual(['import:a']);
      await expect(jobs.rerun(newest!.key)).rejects.toMatchObject({ code: 'not-found', field: 'key' });
    });

    it('runs a job by itself at an interval until it is unscheduled', async () => {
      const payloads: unknown[] = [];
      jobs.register('sweep', async (payload) => void payloads.push(payload));
      await jobs.schedule('sweep', { keep: 3 }, { everyMs: 300 }, { id: 'sweep:all' });
      await jobs.schedule('sweep', { keep: 2 }, { everyMs: 300 }, { id: 'sweep:all' });
      const until = Date.now() + 10_000;
      while (payloads.length < 4 && Date.now() < until) await wait(20);
      // The first may have come before the schedule was replaced.
      expect(payloads.slice(1, 4)).toEqual([{ keep: 2 }, { keep: 2 }, { keep: 2 }]);
      await jobs.unschedule('sweep:all');
      while ((await jobs.list()).length > 0) await wait(20);
      const runs = payloads.length;
      await wait(700);
      expect(payloads.length).toBe(runs);
    });

    it('does not run a scheduled job while one of its id runs', async () => {
      let together = 0;
      let most = 0;
      let runs = 0;
      jobs.register('import', async () => {
        runs += 1;
        most = Math.max(most, (together += 1));
        await wait(400);
        together -= 1;
      });
      await jobs.schedule('import', {}, { everyMs: 100 }, { id: 'import:pay' });
      await jobs.run('import', {}, { id: 'import:pay' });
      await wait(600);
      await jobs.unschedule('import:pay');
      expect(most).toBe(1);
      expect(runs).toBeGreaterThan(1);
    });

    it.each([
      [{ everyMs: 0 }, 'everyMs'],
      [{ everyMs: 1.5 }, 'everyMs'],
      [{ cron: 'daily' }, 'cron'],
      [{ cron: '61 * * * *' }, 'cron'],
      [{ cron: '0 2 *' }, 'cron'],
      [{ cron: '0 0 2 * * *' }, 'cron'],
    ])('refuses the schedule %j', async (time, field) => {
      await expect(jobs.schedule('sweep', {}, time, { id: 's' })).rejects.toMatchObject({
        code: 'invalid-argument',
        field,
      });
    });

    it('takes a cron expression', async () => {
      await jobs.schedule('sweep', {}, { cron: '30 2 * * 1-5' }, { id: 's' });
      await jobs.unschedule('s');
    });

    it('refuses a number of attempts that is none', async () => {
      jobs.register('import', async () => undefined);
      await expect(jobs.run('import', {}, { id: 'i', attempts: 0 })).rejects.toMatchObject({
        field: 'attempts',
      });
    });

    it('waits for running jobs when it closes and then refuses new ones', async () => {
      let started = false;
      let ended = false;
      jobs.register('slow', async () => {
        started = true;
        await wait(200);
        ended = true;
      });
      const running = jobs.run('slow', {}, { id: 's' });
      while (!started) await wait(5);
      await jobs.close();
      expect(ended).toBe(true);
      await running;
      await expect(jobs.run('slow', {}, { id: 's' })).rejects.toThrow('stopped');
    });
  });
}
