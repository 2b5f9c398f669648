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
});
