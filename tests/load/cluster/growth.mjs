// What more processes bring on these cores, and what each costs: memory, connections to the database.
import { setTimeout as sleep } from 'node:timers/promises';
import { median, withSpread, wrk } from '../measure.mjs';
import { mixedTraffic } from '../traffic.mjs';
import { askAll } from './open-loop.mjs';

const COUNTS = [1, 2, 4];
const IDLE_MS = 30_000;

export async function growth({ rounds, folder, note, startCluster }) {
  const rows = [];
  const figures = { rates: {}, memory: {}, connections: {} };
  const add = (what, target, figure, held) => rows.push({ what, target, figure, held });
  const cluster = await startCluster({ replicas: COUNTS[0] });
  const paths = mixedTraffic(cluster.keys(), 60_000);
  const different = [...new Set(paths)];
  const load = (base, seconds) => wrk(base, paths, { seconds, tempFolder: folder, pinned: false });
  const memory = async () => {
    const byTarget = {};
    for (const { target, memoryMb, state } of (await cluster.status()).processes) {
      if (state === 'running' && cluster.targets.includes(target)) (byTarget[target] ??= []).push(memoryMb);
    }
    return byTarget;
  };
  const shown = (byTarget) =>
    Object.entries(byTarget)
      .map(([target, values]) => `${target} ${Math.max(...values)}`)
      .join(', ');
  const highest = (byTarget) => Math.max(...Object.values(byTarget).flat());

  // As after a start with data: what loading and first searches have left behind is gone.
  await cluster.restart({}, cluster.targets);
  for (const one of [
    '/api/v1/soc/search?q=nurse',
    '/api/v1/ashe/estimatePay?soc=2136',
    '/api/v1/wf/predict?soc=2136',
  ]) {
    await (await fetch(`${cluster.address}${one}`)).arrayBuffer();
  }
  // They poll, beat and answer probes in that time, and what starting them has left behind is gone.
  await sleep(IDLE_MS);
  figures.memory.idle = await memory();
  add(
    `memory of a process with data, idle for ${IDLE_MS / 1000} s, in MB: highest of each target`,
    '≤ 150 each',
    shown(figures.memory.idle),
    highest(figures.memory.idle) <= 150,
  );

  const scaleTo = async (count, settings) => {
    for (const target of cluster.targets)
      if (target !== 'worker') await cluster.run(['scale', target, String(count)], settings);
  };
  for (const [way, settings] of [
    ['gateways’ caches on', {}],
    ['every cache off', { LMI_CACHE_MB: '0' }],
  ]) {
    figures.rates[way] = {};
    for (const count of COUNTS) {
      note(`  ${count} of each, ${way}`);
      await scaleTo(count, settings);
      if (count === COUNTS[0] && settings.LMI_CACHE_MB) await cluster.restart(settings);
      const entrance = await cluster.startUncached();
      // Each gateway keeps what it was asked for, and which of them is asked is chance.
      const passes = settings.LMI_CACHE_MB ? 0 : 2 * count;
      for (let pass = 0; pass < passes; pass++) await askAll(entrance.address, different);
      load(entrance.address, 5);
      figures.rates[way][count] = Array.from({ length: rounds }, () => load(entrance.address, 5).rate);
      await entrance.stop();
      if (way === 'gateways’ caches on') {
        figures.memory[count] = await memory();
        figures.connections[count] = ['primary', 'replica-1'].map((role) =>
          Number(
            cluster.onSocket(
              role,
              "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'lmi_reader'",
            )[0],
          ),
        );
      }
    }
    const base = median(figures.rates[way][1]);
    for (const count of COUNTS) {
      const rates = figures.rates[way][count];
      add(
        `${count} of each gateway and service, ${way}, nginx cache off, requests/s`,
        undefined,
        `${withSpread(rates)} = ${(median(rates) / base).toFixed(2)} × one of each`,
      );
    }
  }
  add('memory under load with 2 of each, in MB: highest of each target', undefined, shown(figures.memory[2]));
  const services = cluster.targets.filter((target) => target !== 'gateway' && target !== 'worker').length;
  for (const count of COUNTS) {
    const [primary, replica] = figures.connections[count];
    add(
      `connections for reading under load with ${count} of each of ${services} services`,
      undefined,
      `${replica} to the replica, ${primary} to the primary: ${((replica + primary) / (services * count)).toFixed(1)} a process`,
    );
  }
  await cluster.stop();
  const remark =
    'Mixed traffic, 32 keep-alive connections. Two cores carry nginx, MariaDB, Redis, all processes and wrk: what further processes ' +
    'bring here is bounded by them, not by the program.';
  return { rows, figures, remark };
}
