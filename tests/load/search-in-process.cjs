// The engine itself, in process: every keystroke of every tenth job title of the index one after the other, and these titles coded, as
// they are and as adverts print them.
const path = require('node:path');
const { createRequire } = require('node:module');

const search = createRequire(path.resolve(__dirname, '../../services/search/package.json'));
const { openSqlite } = search('@lmi/data');
const { createLog } = search('@lmi/kit');
const { createCatalogueSource } = search('./dist/catalogue-source.js');

async function main(file) {
  const db = await openSqlite({ file });
  const started = performance.now();
  // No pinned releases are asked for, so no reference data is needed.
  const { index, coder } = await createCatalogueSource(db, undefined, createLog('silent')).get();
  const buildMs = performance.now() - started;
  const rows = await db.read((reader) => reader.all('SELECT natural_title AS title FROM soc_index_entry'));
  const queries = [];
  const titles = [];
  for (let i = 0; i < rows.length; i += 10) {
    const { title } = rows[i];
    titles.push(title, `Senior ${title} – Leeds – £35k, immediate start`);
    for (let n = 1; n <= title.length; n++) queries.push(title.slice(0, n).toLowerCase());
  }
  const warmUp = queries.filter((_, i) => i % 20 === 0);
  for (const query of warmUp) index.search(query, { classification: 'soc2010' });
  const times = queries.map((query) => {
    const from = performance.now();
    index.search(query, { classification: 'soc2010' });
    return performance.now() - from;
  });
  const searched = times.reduce((sum, time) => sum + time, 0);
  for (const title of titles.slice(0, 1_000)) coder.code({ title });
  const codedFrom = performance.now();
  for (const title of titles) coder.code({ title });
  const coded = performance.now() - codedFrom;
  await db.close();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  process.stdout.write(
    JSON.stringify({
      entries: rows.length,
      queries: queries.length,
      buildMs,
      perSecond: (1000 * queries.length) / searched,
      titles: titles.length,
      codedPerSecond: (1000 * titles.length) / coded,
      p50: at(0.5),
      p99: at(0.99),
      worst: times.at(-1),
    }),
  );
}

main(process.argv[2]).catch((error) => {
  console.error(error);
  process.exit(1);
});
