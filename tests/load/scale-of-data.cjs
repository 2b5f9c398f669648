// How a release of ten million cells loads and answers: the full cross of occupations, areas, industries, sexes, statuses
// and qualifications, fitted to margins (IPF), loaded as a release of the table of employment estimates through the
// release store, in three sizes. Started by cluster.mjs: node tests/load/scale-of-data.cjs [rounds]
// Runs the sources on a MariaDB of its own; ends with one line of JSON.
require('../../packages/data/conformance/register.cjs');
const { createReleaseStore, openMysql } = require('../../packages/data/src/index.ts');
const { startMariadb } = require('../../packages/data/testing/index.ts');
const { ipf } = require('../../packages/statistics/src/index.ts');

const rounds = Number(process.argv[2] ?? 5);
const READS = 4000;
/** All of it fits: what is asked is whether the way to one occupation's rows grows, not how fast the disk is. */
const MEMORY_MB = 2048;

const occupations = Array.from({ length: 412 }, (_, i) => String(1111 + i));
const qualifications = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const years = [2024, 2025];
const axes = [12, 21, 2, 3, 9];
const crosses = axes.slice(0, 4).reduce((product, size) => product * size, 1);

/** How many of the combinations of area, industry, sex and status a size has; the last is all of them. */
const sizes = [13, 135, crosses];

function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One occupation's people over all five axes: an even table fitted to drawn margins of each axis. */
function fitted(random) {
  const people = 10_000 + 90_000 * random();
  const margins = axes.map((size, axis) => {
    const drawn = Array.from({ length: size }, () => 0.2 + random());
    const sum = drawn.reduce((a, b) => a + b, 0);
    return { axes: [axis], values: drawn.map((share) => (share / sum) * people) };
  });
  const { table, converged } = ipf(new Float64Array(crosses * 9).fill(1), axes, margins);
  if (!converged) throw new Error('the margins do not fit');
  return table;
}

const two = (number) => String(number).padStart(2, '0');
function dimensionOf(cross) {
  const status = cross % 3;
  const sex = Math.floor(cross / 3) % 2;
  const industry = Math.floor(cross / 6) % 21;
  const area = Math.floor(cross / 126);
  return `E120000${two(area + 1)} ${'ABCDEFGHIJKLMNOPQRSTU'[industry]} ${sex ? 'female' : 'male'} ${status + 1}`;
}

let highestRss = 0;
/** Resident memory in MB while rows are handed over: [rows so far, MB]. */
let samples = [];

/** In key order, one occupation at a time. */
function* cells(count) {
  const random = seeded(7);
  const order = Array.from({ length: count }, (_, i) => i)
    .map((cross) => ({ cross, dimension: dimensionOf(cross) }))
    .sort((a, b) => (a.dimension < b.dimension ? -1 : 1));
  let given = 0;
  for (const soc of occupations) {
    const table = fitted(random);
    for (const { cross, dimension } of order) {
      for (const [index, code] of qualifications.entries()) {
        const value = table[cross * 9 + index];
        for (const [later, year] of years.entries()) {
          yield [soc, dimension, code, year, value * 1.01 ** later, 'modelled'];
        }
      }
    }
    given += count * 9 * years.length;
    const mb = process.memoryUsage().rss / 2 ** 20;
    highestRss = Math.max(highestRss, mb);
    samples.push([given, mb]);
  }
}

/** Least-squares slope in MB per million rows over the second half, when buffers have their size. */
function slopeOf(points) {
  const half = points.slice(points.length >> 1).map(([rows, mb]) => [rows / 1e6, mb]);
  const mean = (i) => half.reduce((sum, point) => sum + point[i], 0) / half.length;
  const [x, y] = [mean(0), mean(1)];
  const over = half.reduce((sum, [rows, mb]) => sum + (rows - x) * (mb - y), 0);
  return over / half.reduce((sum, [rows]) => sum + (rows - x) ** 2, 0);
}

async function load(database, count) {
  const migrator = await openMysql({ primaryUrl: database.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  const db = await openMysql({ primaryUrl: database.writerUrl });
  const releases = createReleaseStore(db);
  const tables = ['employment_estimate'];
  const rows = occupations.length * count * 9 * years.length;
  samples = [];
  const began = performance.now();
  const staged = await releases.stage(
    {
      dataset: 'employment-estimates',
      edition: `cross-${count}`,
      checksum: '0'.repeat(64),
      sources: [],
      inputs: [],
      tables,
    },
    async (sink) => {
      const columns = ['soc', 'dimension', 'code', 'year', 'employment', 'marks'];
      await sink.insert('employment_estimate', columns, cells(count));
      return { rowsRead: rows, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: rows };
    },
  );
  const seconds = (performance.now() - began) / 1000;
  if (staged.rowsLoaded !== rows) throw new Error(`${staged.rowsLoaded} of ${rows} rows were loaded`);
  const checked = await releases.recordChecks(staged, [], tables);
  await releases.publish('employment-estimates', checked.version);
  await db.close();
  return {
    rows,
    seconds,
    rate: rows / seconds,
    slope: slopeOf(samples),
    highMb: Math.max(...samples.map(([, mb]) => mb)),
  };
}

/** One occupation's answer as the handlers read it: the pointers, then a range of the clustered key. */
async function answer(db, releases, count, random) {
  const soc = occupations[Math.floor(random() * occupations.length)];
  const dimension = dimensionOf(Math.floor(random() * count));
  const rows = await db.read(async (reader) => {
    const set = await releases.currentSet(reader);
    return reader.all(
      'SELECT soc, code, year, employment, marks FROM employment_estimate ' +
        'WHERE release_id = ? AND soc IN (?) AND dimension = ? AND year BETWEEN ? AND ?',
      [set.get('employment-estimates').id, soc, dimension, 1900, 2100],
    );
  });
  if (rows.length !== 9 * years.length) throw new Error(`${soc} ${dimension}: ${rows.length} rows`);
}

async function main() {
  const server = await startMariadb({ memoryMb: MEMORY_MB });
  try {
    const loads = [];
    const readers = [];
    for (const count of sizes) {
      const database = await server.createDatabase(`cross_${count}`);
      loads.push(await load(database, count));
      // The log of changes is for replicas, and as large as the data.
      await server.primary.administer('RESET MASTER');
      const db = await openMysql({ primaryUrl: database.readerUrl });
      readers.push({ db, releases: createReleaseStore(db), count, random: seeded(count) });
    }
    const latencies = sizes.map(() => ({ p50: [], p99: [] }));
    for (let round = -1; round < rounds; round++) {
      // In turns, a hundred reads each, so that what else the machine does falls on all sizes alike.
      const times = sizes.map(() => []);
      for (let turn = 0; turn < READS / 100; turn++) {
        for (const [size, { db, releases, count, random }] of readers.entries()) {
          for (let i = 0; i < 100; i++) {
            const began = performance.now();
            await answer(db, releases, count, random);
            times[size].push(performance.now() - began);
          }
        }
      }
      if (round < 0) continue;
      for (const [size, values] of times.entries()) {
        values.sort((a, b) => a - b);
        latencies[size].p50.push(values[Math.floor(values.length * 0.5)]);
        latencies[size].p99.push(values[Math.floor(values.length * 0.99)]);
      }
    }
    for (const { db } of readers) await db.close();
    const result = { memoryMb: MEMORY_MB, reads: READS, highestRss, loads, latencies };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await server.stop();
  }
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
