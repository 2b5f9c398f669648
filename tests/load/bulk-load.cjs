// How fast rows are loaded into MariaDB: the program's Writer.insert beside the bare client, which loads the same rows
// from a file, and beside INSERT of many rows a statement. Started by hand: node tests/load/bulk-load.cjs [rows] [rounds]
// Runs the sources on a server of its own; ends with one line of JSON.
require('../../packages/data/conformance/register.cjs');
const { execFileSync } = require('node:child_process');
const { createWriteStream, mkdtempSync, rmSync } = require('node:fs');
const { once } = require('node:events');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { openMysql } = require('../../packages/data/src/index.ts');
const { startMariadb } = require('../../packages/data/testing/index.ts');

const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 5);
const columns = ['release_id', 'soc', 'year', 'section', 'employment', 'marker'];
const sections = [...'ABCDEFGHIJKLMNOPQRSTU'];
const years = 25;

/** In key order, as importers give them; every seventh value is withheld. */
function* cells(count) {
  for (let i = 0; i < count; i++) {
    const section = sections[i % sections.length];
    const year = 2000 + (Math.floor(i / sections.length) % years);
    const soc = String(1111 + Math.floor(i / sections.length / years));
    const withheld = i % 7 === 3;
    yield [1, soc, year, section, withheld ? null : ((i * 7919) % 1_000_003) / 13, withheld ? '*' : ''];
  }
}

async function writeFile(file) {
  const out = createWriteStream(file);
  let text = '';
  for (const row of cells(rows)) {
    text += `${row.map((value) => value ?? '\\N').join('\t')}\n`;
    if (text.length > 1 << 20) {
      if (!out.write(text)) await once(out, 'drain');
      text = '';
    }
  }
  out.end(text);
  await once(out, 'finish');
}

function bareClient(url, file) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const place = [`--host=${hostname}`, `--port=${port}`, `--user=${username}`, '--local-infile=1'];
  const load = `LOAD DATA LOCAL INFILE '${file}' INTO TABLE employment_cell CHARACTER SET utf8mb4 (${columns.join(', ')})`;
  execFileSync('mariadb', ['--no-defaults', ...place, '--execute', load, pathname.slice(1)], {
    env: { ...process.env, MYSQL_PWD: password },
  });
}

const summary = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], low: sorted[0], high: sorted.at(-1) };
};

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-bulk-'));
  const server = await startMariadb({ memoryMb: 512 });
  try {
    const migrator = await openMysql({ primaryUrl: server.migratorUrl });
    await migrator.migrate();
    await migrator.close();
    const file = path.join(folder, 'rows');
    await writeFile(file);
    const db = await openMysql({ primaryUrl: server.writerUrl });
    const insert = (given) => db.write((writer) => writer.insert('employment_cell', columns, given));
    const ways = {
      'bare client, LOAD DATA LOCAL': async () => bareClient(server.writerUrl, file),
      'Writer.insert, LOAD DATA LOCAL': async () => insert(cells(rows)),
      'INSERT, 1,000 rows a statement': async () => {
        await server.primary.administer('SET GLOBAL local_infile = OFF');
        const plain = await openMysql({ primaryUrl: server.writerUrl });
        await plain.write((writer) => writer.insert('employment_cell', columns, cells(rows)));
        await plain.close();
        await server.primary.administer('SET GLOBAL local_infile = ON');
      },
    };
    const rates = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    let peak = 0;
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of Object.entries(ways)) {
        await server.primary.administer('TRUNCATE lmi.employment_cell');
        const began = performance.now();
        await run();
        rates[name].push(Math.round(rows / ((performance.now() - began) / 1000)));
        const [{ n }] = await server.primary.administer('SELECT COUNT(*) AS n FROM lmi.employment_cell');
        if (n !== rows) throw new Error(`${name} loaded ${n} of ${rows} rows`);
        peak = Math.max(peak, process.memoryUsage().rss);
      }
    }
    await db.close();
    const figures = Object.fromEntries(
      Object.entries(rates).map(([name, values]) => [name, summary(values)]),
    );
    const [bare, own, many] = Object.values(figures);
    const ratios = rates['bare client, LOAD DATA LOCAL'].map(
      (rate, i) => rates['Writer.insert, LOAD DATA LOCAL'][i] / rate,
    );
    for (const [name, { median, low, high }] of Object.entries(figures)) {
      console.log(`${name.padEnd(32)} ${median} rows/s (${low} to ${high})`);
    }
    console.log(
      JSON.stringify({
        benchmark: 'bulk-load',
        rows,
        rounds,
        rowsPerSecond: { bare, own, insert: many },
        ratioToBare: { ofMedians: own.median / bare.median, ...summary(ratios) },
        peakMemoryMb: Math.round(peak / 1024 / 1024),
      }),
    );
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
