import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCrosswalk, crossCount } from '../src';
import type { CrosswalkPair, DualCodedRow } from '../src';

/** Official column order: SOC 2010, its title, SOC 2020, its title, then sample and share per sex and source. */
function parse(line: string): DualCodedRow {
  const parts = /^(\d{4}),(?:"[^"]*"|[^,]*),(\d{4}),(?:"[^"]*"|[^,]*),(.*)$/.exec(line);
  if (!parts) throw new Error(`not a row of the dual-coded relationship: ${line}`);
  const n = parts[3]!.split(',').map(Number);
  return {
    ...{ soc2010: parts[1]!, soc2020: parts[2]! },
    ...{ menLfsSample: n[0]!, menLfsShare: n[1]!, menCensusSample: n[2]!, menCensusShare: n[3]! },
    ...{ womenLfsSample: n[4]!, womenLfsShare: n[5]!, womenCensusSample: n[6]!, womenCensusShare: n[7]! },
  };
}

function sums(
  pairs: readonly CrosswalkPair[],
  side: 'soc2010' | 'soc2020',
  share: 'shareOf2010' | 'shareOf2020',
) {
  const found = new Map<string, number>();
  for (const pair of pairs) found.set(pair[side], (found.get(pair[side]) ?? 0) + pair[share]);
  return found;
}

test('three published rows, worked out by hand', () => {
  const rows = [
    '1115,-,1111,-,361,1,808,0.9987623762376238,99,1,213,0.9953051643192489',
    '1116,-,1111,-,48,0,98,0.01020408163265306,25,0,47,0',
    '1116,-,1112,-,48,1,98,0.9897959183673469,25,1,47,1',
  ].map(parse);
  const { all, male, female } = buildCrosswalk(rows);
  // 361 + 807 men and 99 + 212 women; one man of the Census; 48 + 97 men and 25 + 47 women.
  expect(
    all.map(({ soc2010, soc2020, people }) => [soc2010, soc2020, Math.round(people * 1e6) / 1e6]),
  ).toEqual([
    ['1115', '1111', 1479],
    ['1116', '1111', 1],
    ['1116', '1112', 217],
  ]);
  expect(all[1]!.shareOf2010).toBeCloseTo(1 / 218, 12);
  expect(all[1]!.shareOf2020).toBeCloseTo(1 / 1480, 12);
  expect(all[2]!.shareOf2020).toBe(1);
  expect(male[1]!.shareOf2010).toBeCloseTo(1 / 146, 12);
  // No woman of 1116 was coded to 1111: the pair is dropped.
  expect(female.map(({ soc2010, soc2020 }) => [soc2010, soc2020])).toEqual([
    ['1115', '1111'],
    ['1116', '1112'],
  ]);
});

const sources = process.env.LMI_SOURCES;
if (sources) {
  test('the whole published relationship', () => {
    const text = readFileSync(join(sources, 'soc/soc2010_soc2020_dual_coded.csv'), 'utf8');
    const rows = text.trimEnd().split(/\r?\n/).slice(1).map(parse);
    expect(rows).toHaveLength(714);
    const built = buildCrosswalk(rows);
    for (const pairs of Object.values(built)) {
      for (const total of sums(pairs, 'soc2010', 'shareOf2010').values()) expect(total).toBeCloseTo(1, 12);
      for (const total of sums(pairs, 'soc2020', 'shareOf2020').values()) expect(total).toBeCloseTo(1, 12);
    }
    expect(built.all).toHaveLength(714);
    const from2020 = [...sums(built.all, 'soc2020', 'shareOf2020').keys()];
    const to2010 = [...sums(built.all, 'soc2010', 'shareOf2010').keys()];
    expect([to2010.length, from2020.length]).toEqual([369, 412]);

    // A count for every SOC 2020 unit group goes over to SOC 2010 whole.
    const counts = new Map(from2020.map((unit, index) => [unit, 1000 + index]));
    const crossed = to2010.map((target) => {
      const pairsOf = (unit: string) => built.all.filter(({ soc2010 }) => soc2010 === unit);
      return crossCount({ targets: [target], from: 'soc2020', pairsOf, valueOf: (unit) => counts.get(unit) });
    });
    expect(crossed.every(({ coverage }) => coverage === 1)).toBe(true);
    const sent = [...counts.values()].reduce((a, b) => a + b, 0);
    expect(crossed.reduce((sum, { value }) => sum + value!, 0) / sent).toBeCloseTo(1, 12);
  });
}
