import type { OutwardDependencies } from '@lmi/importing';
import { readConfig, type Jobs } from '@lmi/kit';
import { scheduleServiceJobs } from '../src/service-jobs';

/** A queue that only notes what it is asked for. */
function notingJobs(): { jobs: Jobs; notes: unknown[] } {
  const notes: unknown[] = [];
  const jobs = {
    register: (name: string) => notes.push(['register', name]),
    schedule: async (name: string, _: unknown, time: object, options: object) =>
      void notes.push(['schedule', name, time, options]),
    unschedule: async (id: string) => void notes.push(['unschedule', id]),
    run: async (name: string) => void notes.push(['run', name]),
  } as unknown as Jobs;
  return { jobs, notes };
}

const dependencies = (settings: Record<string, string>): OutwardDependencies =>
  ({ config: readConfig(settings as NodeJS.ProcessEnv) }) as OutwardDependencies;

test('a job that the settings ask for is scheduled, and runs once at the start', async () => {
  const { jobs, notes } = notingJobs();
  const start = await scheduleServiceJobs(jobs, dependencies({ LMI_DFE_ADVERTS_KEY: 'key' }));
  expect(notes).toEqual([
    ['register', 'refresh-adverts'],
    ['schedule', 'refresh-adverts', { everyMs: 3_600_000 }, { id: 'refresh-adverts', attempts: 2 }],
  ]);
  start();
  expect(notes.at(-1)).toEqual(['run', 'refresh-adverts']);
});

test('without its key it is taken off the schedule and never runs', async () => {
  const { jobs, notes } = notingJobs();
  (await scheduleServiceJobs(jobs, dependencies({})))();
  expect(notes).toEqual([['unschedule', 'refresh-adverts']]);
});
