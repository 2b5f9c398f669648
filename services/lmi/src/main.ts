import { Command } from 'commander';
import { LmiError } from '@lmi/kit';

/** Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by an acceptance check or reconciliation. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof LmiError)) return 1;
  if (error.code === 'invalid-argument') return 2;
  return error.code === 'not-available' ? 3 : 1;
}

function complain(error: unknown): void {
  const text =
    error instanceof LmiError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`lmi: ${text}\n`);
  if (error instanceof LmiError && error.validValues) {
    process.stderr.write(`     ${error.field ?? 'value'} may be: ${error.validValues.join(', ')}\n`);
  }
}

const program = new Command('lmi')
  .description('LMI for All: open UK labour-market information')
  .showHelpAfterError();

program
  .command('start')
  .argument('[target]', 'one target of a cluster; none: everything in this process')
  .description('serve')
  .action(async (target?: string) => (await import('./commands/start.js')).startCommand(target));

program
  .command('import')
  .argument('[dataset]', 'dataset id')
  .option('--all', 'every dataset, dependencies first')
  .option('--from <path or address>', 'official file, folder, zip or address')
  .option('--edition <edition>', 'refuse files of another edition')
  .option('--no-publish', 'stop after the acceptance checks')
  .option('--only-new', 'leave alone what was imported before and what serves in a newer edition')
  .description('import official files (or the bundled extract): stage, check, publish')
  .action(async (dataset: string | undefined, options) =>
    (await import('./commands/import.js')).importCommand(dataset, options),
  );

const jobs = program
  .command('jobs')
  .description('work of the workers; without a queue, work of this process');
jobs
  .command('run')
  .argument('<job>', 'import, import-all, rebuild or reconcile')
  .argument('[dataset]', 'dataset id')
  .option('--from <path or address>', 'import: official files, as the worker sees them')
  .option('--edition <edition>', 'import: refuse files of another edition')
  .option('--no-publish', 'import: stop after the acceptance checks')
  .option('--only-new', 'leave alone what was imported before and what serves in a newer edition')
  .option('--sample <cells>', 'reconcile: cells of each dataset')
  .option('--seed <number>', 'reconcile: which cells; default: other ones each day')
  .description('run a job and show how far it is; Ctrl-C leaves it to the worker')
  .action(async (job: string, dataset: string | undefined, options) =>
    (await import('./commands/jobs.js')).runJobCommand(job, dataset, options),
  );
jobs
  .command('list')
  .option('--json', 'for programs')
  .description('jobs that run, wait or are scheduled')
  .action(async (options) => (await import('./commands/jobs.js')).listJobsCommand(options));
jobs
  .command('dead')
  .option('--json', 'for programs')
  .description('jobs that failed for good, newest first')
  .action(async (options) => (await import('./commands/jobs.js')).deadJobsCommand(options));
jobs
  .command('retry')
  .argument('<key>', 'of a failed job')
  .description('run a failed job again')
  .action(async (key: string) => (await import('./commands/jobs.js')).retryJobCommand(key));

const release = program.command('release').description('releases of a dataset');
release
  .command('list')
  .argument('[dataset]')
  .action(async (dataset?: string) => (await import('./commands/release.js')).listCommand(dataset));
release
  .command('show')
  .argument('<dataset>')
  .argument('[version]', 'default: the one that serves')
  .action(async (dataset: string, version?: string) =>
    (await import('./commands/release.js')).showCommand(dataset, version),
  );
release
  .command('check')
  .argument('<dataset>')
  .argument('[version]', 'default: the one that serves')
  .option(
    '--against-api <address>',
    'read published cells back through the HTTP API and compare them with the source files',
  )
  .option('--from <path or address>', 'official files to compare with; default LMI_SOURCES')
  .option('--sample <cells>', 'cells to compare', '2000')
  .option('--seed <number>', 'seed of the sample', '20261')
  .action(async (dataset: string, version: string | undefined, options) =>
    (await import('./commands/release.js')).checkCommand(dataset, version, options),
  );
release
  .command('publish')
  .argument('<dataset>')
  .argument('<version>')
  .action(async (dataset: string, version: string) =>
    (await import('./commands/release.js')).publishCommand(dataset, version),
  );
release
  .command('rollback')
  .argument('<dataset>')
  .description('serve the release that was published before')
  .action(async (dataset: string) => (await import('./commands/release.js')).rollbackCommand(dataset));

program
  .command('load', { hidden: true })
  .argument('<datasets...>')
  .description('load bundled extracts; the first start does this in a process of its own')
  .action(async (datasets: string[]) => (await import('./commands/load.js')).loadCommand(datasets));

program
  .command('extract')
  .argument('[dataset]', 'default: every dataset that is read from files')
  .description('write the bundled extract from the published releases')
  .action(async (dataset?: string) => (await import('./commands/extract.js')).extractCommand(dataset));
const key = program.command('key').description('keys of the API; each raises the limit of requests');
key
  .command('create')
  .requiredOption('--label <text>', 'who uses it')
  .option('--limit <requests>', 'a minute; default: LMI_KEY_LIMIT of the gateways')
  .description('make a key and show it, once')
  .action(async (options) => (await import('./commands/key.js')).createKeyCommand(options));
key
  .command('list')
  .option('--json', 'for programs')
  .action(async (options) => (await import('./commands/key.js')).listKeysCommand(options));
key
  .command('revoke')
  .argument('<id>', 'as the list has it')
  .action(async (id: string) => (await import('./commands/key.js')).revokeKeyCommand(id));

program
  .command('quality')
  .option('--json', 'for programs')
  .description('cells of every dataset by mark and level, and what is not available')
  .action(async (options) => (await import('./commands/quality.js')).qualityCommand(options));
program
  .command('migrate')
  .option('--wait <seconds>', 'for a database that does not answer yet', '0')
  .description('bring the database to the current schema')
  .action(async (options) => (await import('./commands/migrate.js')).migrateCommand(options));
program
  .command('secrets')
  .option('--namespace <name>', 'of the cluster', 'lmi')
  .description(
    'print a Secret with new passwords for a cluster in Kubernetes: lmi secrets | kubectl create -f -',
  )
  .action(async (options) => (await import('./commands/secrets.js')).secretsCommand(options));
program
  .command('openapi')
  .description('print the OpenAPI document')
  .action(async () => (await import('./commands/openapi.js')).openApiCommand());
program
  .command('config')
  .description('print the settings with their defaults')
  .action(async () => (await import('./commands/config.js')).configCommand());
program
  .command('healthcheck')
  .argument('[target]', 'default: gateway')
  .description('exit 0 when the target on this machine is ready')
  .action(async (target?: string) => (await import('./commands/healthcheck.js')).healthcheckCommand(target));

program
  .command('report')
  .description('how the service is used')
  .command('usage')
  .option('--months <number>', 'this month and those before', '3')
  .option('--csv <file>', 'write all of it as CSV')
  .option('--html <file>', 'write it as a page')
  .description('queries by endpoint, dataset, day and hour; systems by day')
  .action(async (options) => (await import('./commands/report.js')).usageReportCommand(options));

const cluster = program
  .command('cluster')
  .description('a whole cluster on this machine: MariaDB, Redis, nginx and every target');
const clusterCommand = (name: string): Command =>
  cluster.command(name).option('--home <folder>', 'folder of the cluster; default: cluster in LMI_HOME');
clusterCommand('up')
  .option('--replicas <number>', 'processes of each target; default: as before, or 2')
  .option('--database-replicas <number>', 'read replicas of the database; default: as before, or 1')
  .option(
    '--port <port>',
    'public port on the loopback address, 0 for a free one; default: as before, or PORT',
  )
  .option(
    '--limit <requests>',
    'requests a minute that one address may send, 0 for no limit; default: as before, or 3000',
  )
  .option('--no-load', 'leave datasets without a release as they are')
  .description('start what does not run, load what has no release, wait until it serves')
  .action(async (options) => (await import('./commands/cluster.js')).upCommand(options));
clusterCommand('status')
  .option('--json', 'for programs')
  .action(async (options) => (await import('./commands/cluster.js')).statusCommand(options));
clusterCommand('scale')
  .argument('<target>')
  .argument('<number>', 'of processes')
  .action(async (target: string, count: string, options) =>
    (await import('./commands/cluster.js')).scaleCommand(target, count, options),
  );
clusterCommand('restart')
  .argument('<target>', 'or a server: primary, replica, cache, queue, nginx')
  .option('--rolling', 'one process after the other, without losing a request')
  .action(async (target: string, options) =>
    (await import('./commands/cluster.js')).restartCommand(target, options),
  );
clusterCommand('logs')
  .argument('<target>', 'a target, a server or one process')
  .option('--lines <number>', 'of each log', '20')
  .action(async (target: string, options) =>
    (await import('./commands/cluster.js')).logsCommand(target, options),
  );
clusterCommand('run')
  .argument('<command...>', 'of this program, for example: run -- import ashe --from FOLDER')
  .description('run another command on the database of the cluster')
  .action(async (args: string[], options) =>
    (await import('./commands/cluster.js')).runCommand(args, options),
  );
clusterCommand('down')
  .option('--purge', 'remove data, logs and passwords too')
  .description('stop everything')
  .action(async (options) => (await import('./commands/cluster.js')).downCommand(options));

program.parseAsync().catch((error: unknown) => {
  complain(error);
  process.exitCode = exitCodeOf(error);
});
