import { createLog, Lifecycle } from '../src';

const log = createLog('silent');

describe('lifecycle', () => {
  it('stops in reverse order, once, and goes on after a failure', async () => {
    const lifecycle = new Lifecycle(log);
    const stopped: string[] = [];
    lifecycle.add('database', async () => void stopped.push('database'));
    lifecycle.add('broken', async () => {
      throw new Error('will not stop');
    });
    lifecycle.add('server', async () => void stopped.push('server'));
    expect(lifecycle.isStopping).toBe(false);
    await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(stopped).toEqual(['server', 'database']);
    expect(lifecycle.isStopping).toBe(true);
  });

  it('waits for a resource as long as that one asks for, then stops the next', async () => {
    const lifecycle = new Lifecycle(log);
    const stopped: string[] = [];
    const never = new Promise<void>(() => undefined);
    lifecycle.add('database', async () => void stopped.push('database'));
    lifecycle.add('stuck', () => never, 50);
    const begun = performance.now();
    await lifecycle.stop();
    expect(stopped).toEqual(['database']);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
