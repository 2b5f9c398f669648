import type { OutwardDependencies } from '@lmi/importing';
import type { Jobs } from '@lmi/kit';
import { datasetServices } from './targets';

/**
 * Registers the jobs that services declare and the settings ask for, and makes their schedules; removes the schedules
 * of those that the settings no longer ask for. Nothing runs before the process takes jobs.
 * @returns starts each of them now, for a process that has just begun to take jobs; its failures are logged.
 */
export async function scheduleServiceJobs(
  jobs: Jobs,
  dependencies: OutwardDependencies,
): Promise<() => void> {
  const { config, log } = dependencies;
  const wanted: { readonly name: string; readonly options: { id: string; attempts: number } }[] = [];
  for (const job of datasetServices.flatMap((service) => service.jobs ?? [])) {
    if (!job.enabled(config)) {
      await jobs.unschedule(job.name);
      continue;
    }
    const options = { id: job.name, attempts: job.attempts };
    jobs.register(job.name, (_, context) => job.run(dependencies, context));
    await jobs.schedule(job.name, {}, job.time, options);
    wanted.push({ name: job.name, options });
  }
  return () => {
    for (const { name, options } of wanted) {
      jobs
        .run(name, {}, options)
        .catch((error: unknown) => log.warn({ err: error, job: name }, 'job failed'));
    }
  };
}
