import { Command } from 'commander';
import { LmiError } from '@lmi/kit';

/** Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by an acceptance check or reconciliation. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof LmiError)) return 1;
  if (error.code === 'invalid-argument') return 2;
  return error.code === 'not-available' ? 3 : 1;
}

function complain(error: unknown): void {
  const text = error instanceof LmiError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`lmi: ${text}\n`);
  if (error instanceof LmiError && error.validValues) {
    process.stderr.write(`     ${error.field ?? 'value'} may be: ${error.validValues.join(', ')}\n`);
  }
}

const program = new Command('lmi').description('LMI for All: open UK labour-market information').showHelpAfterError();

program
  .command('start')
  .argument('[target]', 'one target of a cluster; none: everything in this process')
  .description('serve')
  .action(async (target?: string) => (await import('./commands/start')).startCommand(target));

program
  .command('import')
  .argument('[dataset]', 'dataset id')
  .option('--all', 'every dataset, dependencies first')
  .option('--from <path or address>', 'official file, folder, zip or address')
  .option('--edition <edition>', 'refuse files of another edition')
  .option('--no-publish', 'stop after the acceptance checks')
  .description('import official files (or the bundled extract): stage, check, publish')
  .action(async (dataset: string | undefined, options) => (await import('./commands/import')).importCommand(dataset, options));

const release = program.command('release').description('releases of a dataset');
release
  .command('list')
  .argument('[dataset]')
  .action(async (dataset?: string) => (await import('./commands/release')).listCommand(dataset));
release
  .command('show')
  .argument('<dataset>')
  .argument('[version]', 'default: the one that serves')
  .action(async (dataset: string, version?: string) => (await import('./commands/release')).showCommand(dataset, version));
release
  .command('check')
  .argument('<dataset>')
  .argument('[version]', 'default: the one that serves')
  .option('--against-api <address>', 'read published cells back through the HTTP API and compare them with the source files')
  .option('--from <path or address>', 'official files to compare with; default LMI_SOURCES')
  .option('--sample <cells>', 'cells to compare', '2000')
  .option('--seed <number>', 'seed of the sample', '20261')
  .action(async (dataset: string, version: string | undefined, options) =>
    (await import('./commands/release')).checkCommand(dataset, version, options),
  );
release
  .command('publish')
  .argument('<dataset>')
  .argument('<version>')
  .action(async (dataset: string, version: string) => (await import('./commands/release')).publishCommand(dataset, version));
release
  .command('rollback')
  .argument('<dataset>')
  .description('serve the release that was published before')
  .action(async (dataset: string) => (await import('./commands/release')).rollbackCommand(dataset));

program
  .command('extract')
  .argument('[dataset]', 'default: every dataset that is read from files')
  .description('write the bundled extract from the published releases')
  .action(async (dataset?: string) => (await import('./commands/extract')).extractCommand(dataset));
program
  .command('migrate')
  .description('bring the database to the current schema')
  .action(async () => (await import('./commands/migrate')).migrateCommand());
program
  .command('openapi')
  .description('print the OpenAPI document')
  .action(async () => (await import('./commands/openapi')).openApiCommand());
program
  .command('config')
  .description('print the settings with their defaults')
  .action(async () => (await import('./commands/config')).configCommand());
program
  .command('healthcheck')
  .description('exit 0 when the gateway on this machine is ready')
  .action(async () => (await import('./commands/healthcheck')).healthcheckCommand());

program.parseAsync().catch((error: unknown) => {
  complain(error);
  process.exitCode = exitCodeOf(error);
});
