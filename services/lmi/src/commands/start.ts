import { createLog, giveBackWhenQuiet, Lifecycle, readConfig, type Config, type Log } from '@lmi/kit';

/** Serves until SIGTERM or SIGINT. */
export async function startCommand(target: string | undefined): Promise<void> {
  const config = readConfig();
  const log = createLog(config.LMI_LOG);
  const lifecycle = new Lifecycle(log);
  lifecycle.stopOnSignals();
  try {
    if (target !== undefined) {
      const { port } = await startOne(target, config, lifecycle, log);
      log.info({ target, port }, 'serving');
      giveBackWhenQuiet(log);
      return;
    }
    const { startEmbedded } = await import('../start.js');
    const { port } = await startEmbedded(config, lifecycle, log);
    giveBackWhenQuiet(log);
    const base = `http://localhost:${port}`;
    process.stdout.write(
      `LMI for All is serving on ${base}\n` +
        `Try:  curl "${base}/api/v1/ashe/estimatePay?soc=2136"\n` +
        `      curl "${base}/api/v1/soc/search?q=plumber"\n` +
        `Stop: Ctrl-C\n`,
    );
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

/** These two start without the services that the other targets are made of. */
async function startOne(
  target: string,
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
): Promise<{ readonly port: number }> {
  if (target === 'worker')
    return (await import('../worker/start-worker.js')).startWorker(config, lifecycle, log);
  if (target === 'usage') return (await import('../start-usage.js')).startUsage(config, lifecycle, log);
  return (await import('../start-target.js')).startTarget(target, config, lifecycle, log);
}
