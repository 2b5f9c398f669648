// Reads the official coding index and groups (CSV form) for tests.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('csv-parse/sync');

/** Rows of a CSV file as objects by header. */
function readCsv(path) {
  return parse(readFileSync(path), { bom: true, columns: true });
}

/**
 * The engine's input from a folder that has soc2020_coding_index.csv, soc2020_groups.csv and soc2010_groups.csv.
 * @param {string} folder
 * @returns {import('../src').IndexInput}
 */
function readOfficialRows(folder) {
  const people = new Map();
  try {
    for (const row of readCsv(join(folder, 'soc2010_soc2020_dual_coded.csv'))) {
      const count = ['men', 'women'].reduce(
        (sum, sex) => sum + Number(row[`${sex}_census_sample`]) * Number(row[`${sex}_census_share`]),
        0,
      );
      for (const key of [`soc2010 ${row.soc2010}`, `soc2020 ${row.soc2020}`])
        people.set(key, (people.get(key) ?? 0) + count);
    }
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const groups = ['soc2020', 'soc2010'].flatMap((classification) =>
    readCsv(join(folder, `${classification}_groups.csv`)).map((row) => ({
      classification,
      code: row.code,
      level: row.level,
      title: row.title,
      relatedTitles: row.related_job_titles ? row.related_job_titles.split(' | ') : [],
      people: people.get(`${classification} ${row.code}`),
    })),
  );
  const entries = readCsv(join(folder, 'soc2020_coding_index.csv')).map((row) => ({
    seq: Number(row.recno),
    soc2020: /^\d{4}$/.test(row.soc2020) ? row.soc2020 : null,
    soc2010: /^\d{4}$/.test(row.soc2010) ? row.soc2010 : null,
    title: row.indexocc,
    naturalTitle: row.title_natural,
    addQualifier: row.add || null,
    indQualifier: row.ind || null,
    defaultEntry: row.default_entry || null,
    seeCodes: null,
  }));
  return { groups, entries };
}

module.exports = { readCsv, readOfficialRows };
