// Requests at fixed times, whether or not the ones before have been answered: a server that stalls makes all that fall due
// meanwhile late, and each counts from the moment it was due.
import { Agent, request } from 'node:http';

/**
 * @param paths are sent in turn. @param perSecond arrivals. @returns latencies in ms at the usual percentiles, and how many failed.
 */
export async function openLoop(base, paths, { perSecond, seconds }) {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'lifo' });
  const count = perSecond * seconds;
  const latencies = new Float64Array(count);
  let errors = 0;
  let open = count;
  await new Promise((resolve) => {
    const began = performance.now() + 50;
    let next = 0;
    const ended = (index, due, good) => {
      latencies[index] = performance.now() - due;
      if (!good) errors++;
      if (--open === 0) resolve();
    };
    const send = (index, due) => {
      let over = false;
      const end = (good) => {
        if (!over) ended(index, due, good);
        over = true;
      };
      const sent = request(
        { agent, hostname, port, path: paths[index % paths.length], timeout: 5000 },
        (response) => {
          response.resume();
          response.once('end', () => end(response.statusCode === 200));
          response.once('error', () => end(false));
        },
      );
      sent.once('timeout', () => sent.destroy(new Error('timeout')));
      sent.once('error', () => end(false));
      sent.end();
    };
    const tick = () => {
      const now = performance.now();
      while (next < count && began + (next * 1000) / perSecond <= now) {
        send(next, began + (next * 1000) / perSecond);
        next++;
      }
      if (next < count) setTimeout(tick, 1);
    };
    tick();
  });
  agent.destroy();
  latencies.sort();
  const at = (share) => latencies[Math.min(count - 1, Math.floor(count * share))];
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), highest: latencies[count - 1], errors };
}

/** Asks for each path once, 32 at a time: afterwards caches hold what they can. @returns how many failed. */
export async function askAll(base, paths) {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  let errors = 0;
  let next = 0;
  const ask = (path) =>
    new Promise((resolve) => {
      const sent = request({ agent, hostname, port, path }, (response) => {
        response.resume();
        response.once('close', () => resolve(response.statusCode === 200));
      });
      sent.once('error', () => resolve(false));
      sent.end();
    });
  const worker = async () => {
    while (next < paths.length) if (!(await ask(paths[next++]))) errors++;
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  agent.destroy();
  return errors;
}
