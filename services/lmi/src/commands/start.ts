import { createLog, Lifecycle, readConfig } from '@lmi/kit';
import { startEmbedded } from '../start';

/** Serves until SIGTERM or SIGINT. */
export async function startCommand(target: string | undefined): Promise<void> {
  const config = readConfig();
  const log = createLog(config.LMI_LOG);
  const lifecycle = new Lifecycle(log);
  lifecycle.stopOnSignals();
  try {
    if (target !== undefined) {
      const { startTarget } = await import('../start-target.js');
      const { port } = await startTarget(target, config, lifecycle, log);
      log.info({ target, port }, 'serving');
      return;
    }
    const { port } = await startEmbedded(config, lifecycle, log);
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
