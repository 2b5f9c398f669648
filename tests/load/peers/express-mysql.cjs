// Peer of the cluster: one hand-written process, express and mysql2, with the statements that answer a handful of paths and
// nothing else: no releases to agree on, no marks, no crossing of classifications, no cache, no call to another process.
// node express-mysql.cjs <mysql address> <port>
const { createRequire } = require('node:module');
const path = require('node:path');

const root = path.resolve(__dirname, '../../..');
const mysql = createRequire(path.join(root, 'packages/data/package.json'))('mysql2/promise');
const express = createRequire(path.join(root, 'services/gateway/package.json'))('express');

const pool = mysql.createPool({ uri: process.argv[2], connectionLimit: 16 });
const rows = async (sql, values) => (await pool.execute(sql, values))[0];
const release = '(SELECT release_id FROM release_pointer WHERE dataset = ?)';

const app = express();
app.get('/pay', async (request, response) => {
  const { soc } = request.query;
  const series = await rows(
    `SELECT year, mean FROM pay_cell WHERE release_id = ${release} AND classification = 'soc2020' AND soc = ? ` +
      "AND measure = 'weekly-pay' AND area = 'K02000001' AND age = 'all' AND sex = 'all' AND working_pattern = 'all' ORDER BY year",
    ['ashe', soc],
  );
  const known = series.filter((row) => row.mean !== null);
  response.json({
    soc: Number(soc),
    series: known.map((row) => ({ year: row.year, estpay: Math.round(row.mean / 10) * 10 })),
  });
});
app.get('/employment', async (request, response) => {
  const { soc } = request.query;
  const years = await rows(
    `SELECT year, employment FROM employment_estimate WHERE release_id = ${release} AND soc = ? AND dimension = 'total' ORDER BY year`,
    ['employment-estimates', soc],
  );
  const known = years.filter((row) => row.employment !== null);
  response.json({
    soc: Number(soc),
    predictedEmployment: known.map((row) => ({ year: row.year, employment: Math.round(row.employment) })),
  });
});
const occupation =
  'SELECT code, title, description, entry_routes, tasks FROM soc_group ' +
  `WHERE release_id = ${release} AND classification = 'soc2010'`;
const titles = `SELECT soc2010, natural_title FROM soc_index_entry WHERE release_id = ${release}`;
const whole = (group, found) => ({
  soc: Number(group.code),
  title: group.title,
  description: group.description,
  qualifications: group.entry_routes,
  tasks: group.tasks,
  add_titles: found.map((row) => row.natural_title),
});
app.get('/occupation', async (request, response) => {
  const { soc } = request.query;
  const [group] = await rows(`${occupation} AND code = ?`, ['soc', soc]);
  response.json(whole(group, await rows(`${titles} AND soc2010 = ?`, ['soc', soc])));
});
// Titles that begin with the text: what a hand-written API would do, and much less than the search does.
app.get('/search', async (request, response) => {
  const hits = await rows(
    `SELECT DISTINCT soc2010 FROM soc_index_entry WHERE release_id = ${release} AND natural_title LIKE ? LIMIT 30`,
    ['soc', `${request.query.q}%`],
  );
  const codes = hits.map((row) => row.soc2010);
  if (codes.length === 0) return response.json([]);
  const list = codes.map(() => '?').join();
  const groups = await rows(`${occupation} AND code IN (${list})`, ['soc', ...codes]);
  const all = await rows(`${titles} AND soc2010 IN (${list})`, ['soc', ...codes]);
  return response.json(
    groups.map((group) =>
      whole(
        group,
        all.filter((row) => row.soc2010 === group.code),
      ),
    ),
  );
});
app.listen(Number(process.argv[3]), '127.0.0.1', () => process.stdout.write('listening\n'));
