/** Acceptance checks of dataset `ashe`: what must hold before figures of pay may serve. */
import type { CheckRecord, Reader } from '@lmi/kit';
import { checkThat, childrenAddUp, codesKnown, rowCountNotFallen } from '@lmi/importing';
import { unitedKingdom } from '../codes';

/** A published change may differ from ours in sign by rounding, and by revisions of the year before. */
const plausibleChange = { percent: 5, share: 0.02 };

export async function checkAshe(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  return [
    await sameOccupationsEverywhere(reader, releaseId),
    await rowCountNotFallen(reader, releaseId, 'ashe', 'pay_cell', 5),
    ...(await knownOccupations(reader, releaseId)),
    await percentilesRise(reader, releaseId),
    await sexesAddUp(reader, releaseId),
    await changesPlausible(reader, releaseId),
  ];
}

/** A sheet that lost rows shows as a population with fewer occupations than the others of its table. */
async function sameOccupationsEverywhere(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const counts = await reader.all<{ classification: string; year: number; measure: string; n: number }>(
    `SELECT classification, year, measure, sex, working_pattern, COUNT(*) AS n FROM pay_cell
     WHERE release_id = ? AND area = ? AND age = 'all'
     GROUP BY classification, year, measure, sex, working_pattern`,
    [releaseId, unitedKingdom],
  );
  const tables = new Map<string, Set<number>>();
  for (const { classification, year, measure, n } of counts) {
    const name = `${year} ${classification} ${measure}`;
    tables.set(name, (tables.get(name) ?? new Set()).add(n));
  }
  const uneven = [...tables].filter(([, sizes]) => sizes.size > 1);
  const shown = (uneven.length > 0 ? uneven : [...tables])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sizes]) => `${name}: ${[...sizes].join(' or ')}`);
  return checkThat(
    'pay_cell: every population of a table has the same occupations',
    counts.length > 0 && uneven.length === 0,
    counts.length === 0 ? 'no rows' : shown.join('; '),
  );
}

async function knownOccupations(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const found = await reader.all<{ classification: string }>(
    'SELECT DISTINCT classification FROM pay_cell WHERE release_id = ?',
    [releaseId],
  );
  const checks: CheckRecord[] = [];
  for (const { classification } of found) {
    const where = `classification = '${classification === 'soc2010' ? 'soc2010' : 'soc2020'}'`;
    checks.push(
      await codesKnown(reader, releaseId, 'pay_cell', 'soc', { classification, also: ['all'], where }),
    );
  }
  return checks;
}

/** The median lies among the percentiles, and these rise: fails when columns changed places. */
async function percentilesRise(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const order = ['p10', 'p20', 'p25', 'p30', 'p40', 'median', 'p60', 'p70', 'p75', 'p80', 'p90'];
  const falls = order.slice(1).map((column, index) => `${order[index]} > ${column}`);
  const wrong = await reader.all(
    `SELECT classification, soc, measure, area, age, sex, working_pattern, year FROM pay_cell
     WHERE release_id = ? AND (${[...falls, 'p10 > median', 'p40 > p60', 'p10 > p90'].join(' OR ')}) LIMIT 5`,
    [releaseId],
  );
  const shown = wrong.map((row) => Object.values(row).join('/')).join(', ');
  return checkThat('pay_cell: percentiles rise', wrong.length === 0, wrong.length === 0 ? 'all do' : shown);
}

async function sexesAddUp(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const rows = await reader.all<{ place: string; parent: number; children: number; n: number }>(
    `SELECT classification, soc, measure, year,
       MAX(CASE WHEN sex = 'all' THEN jobs_thousand END) AS parent,
       SUM(CASE WHEN sex <> 'all' THEN jobs_thousand END) AS children,
       COUNT(jobs_thousand) AS n
     FROM pay_cell
     WHERE release_id = ? AND area = ? AND age = 'all' AND working_pattern = 'all'
     GROUP BY classification, soc, measure, year`,
    [releaseId, unitedKingdom],
  );
  const whole = rows
    .filter(({ n }) => Number(n) === 3)
    .map((row) => ({ ...row, place: Object.values(row).slice(0, 4).join('/') }));
  // Three figures rounded to a thousand each; the whole is weighted apart from the parts.
  return childrenAddUp('pay_cell: jobs of men and women add up', whole, { absolute: 2, relative: 0.01 });
}

async function changesPlausible(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const row = await reader.get<{ compared: number; opposed: number | null }>(
    `SELECT COUNT(*) AS compared,
       SUM(CASE WHEN (latest.mean / earlier.mean - 1) * 100 > ? AND latest.mean_change < 0 THEN 1
                WHEN (latest.mean / earlier.mean - 1) * 100 < ? AND latest.mean_change > 0 THEN 1 ELSE 0 END) AS opposed
     FROM pay_cell latest JOIN pay_cell earlier
       ON earlier.release_id = latest.release_id AND earlier.classification = latest.classification
       AND earlier.soc = latest.soc AND earlier.measure = latest.measure AND earlier.area = latest.area
       AND earlier.age = latest.age AND earlier.sex = latest.sex AND earlier.working_pattern = latest.working_pattern
       AND earlier.year = latest.year - 1
     WHERE latest.release_id = ? AND latest.mean_change IS NOT NULL AND latest.mean > 0 AND earlier.mean > 0`,
    [plausibleChange.percent, -plausibleChange.percent, releaseId],
  );
  const compared = Number(row?.compared ?? 0);
  const opposed = Number(row?.opposed ?? 0);
  return checkThat(
    'pay_cell: published changes agree in sign with the figures',
    opposed <= compared * plausibleChange.share,
    `${opposed} of ${compared} changes have the opposite sign of a change above ${plausibleChange.percent} %`,
  );
}
