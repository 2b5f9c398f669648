// Latency of the search engine itself: every keystroke of every tenth job title of the index, one after the other.
const path = require('node:path');
const { createRequire } = require('node:module');

const search = createRequire(path.resolve(__dirname, '../../services/search/package.json'));
const { openSqlite } = search('@lmi/data');
const { createLog } = search('@lmi/kit');
const { createCatalogueSource } = search('./dist/catalogue-source.js');

async function main(file) {
  const db = await openSqlite({ file });
  const started = performance.now();
  const { index } = await createCatalogueSource(db, createLog('silent')).get();
  const buildMs = performance.now() - started;
  const rows = await db.read((reader) => reader.all('SELECT natural_title AS title FROM soc_index_entry'));
  const queries = [];
  for (let i = 0; i < rows.length; i += 10) {
    const { title } = rows[i];
    for (let n = 1; n <= title.length; n++) queries.push(title.slice(0, n).toLowerCase());
  }
  const warmUp = queries.filter((_, i) => i % 20 === 0);
  for (const query of warmUp) index.search(query, { classification: 'soc2010' });
  const times = queries.map((query) => {
    const from = performance.now();
    index.search(query, { classification: 'soc2010' });
    return performance.now() - from;
  });
  await db.close();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  process.stdout.write(
    JSON.stringify({
      entries: rows.length,
      queries: queries.length,
      buildMs,
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
