// The tables of docs/performance.md.
import { withSpread } from '../measure.mjs';

const millions = (rows) => (rows / 1e6).toFixed(1);

export const table = {
  of: (rows) =>
    [
      '| what | target | measured | held |',
      '| --- | --- | --- | --- |',
      ...rows.map(({ what, target, figure, held }) => {
        const verdict = held === undefined ? '' : held ? 'yes' : '**no**';
        return `| ${what} | ${target ?? '(no target)'} | ${figure} | ${verdict} |`;
      }),
    ].join('\n'),

  scale(figures) {
    const { loads, latencies } = figures;
    const rows = loads.map((load) => ({
      what: `release of ${millions(load.rows)} million cells, loaded through the release store`,
      figure: `${Math.round(load.rate).toLocaleString('en-GB')} rows/s (${load.seconds.toFixed(0)} s)`,
    }));
    const largest = loads.at(-1);
    rows.push({
      what: `memory of the loading process over the second half of ${millions(largest.rows)} million rows`,
      target: 'flat',
      figure: `${largest.slope.toFixed(2)} MB per million rows, ${largest.highMb.toFixed(0)} MB at most`,
      held: Math.abs(largest.slope) <= 2,
    });
    const ratios = (kind, size) => latencies[size][kind].map((value, i) => value / latencies[0][kind][i]);
    for (const [size, load] of loads.entries()) {
      const times = latencies[size];
      rows.push({
        what: `one occupation's answer out of ${millions(load.rows)} million cells, p50 and p99 in ms`,
        figure: `${withSpread(times.p50, 2)}, ${withSpread(times.p99, 2)}`,
      });
    }
    const apart = ratios('p99', latencies.length - 1);
    const sorted = [...apart].sort((a, b) => a - b);
    rows.push({
      what: `p99 out of ${millions(largest.rows)} million cells against ${millions(loads[0].rows)} million, in the same round`,
      target: '≤ 1.2 ×',
      figure: `**${withSpread(apart, 2)} ×**`,
      held: sorted[sorted.length >> 1] <= 1.2,
    });
    const remark =
      `Three databases on one MariaDB (${figures.memoryMb} MB for data), ${figures.reads.toLocaleString('en-GB')} reads each a round in turns, ` +
      'one after the other: the pointers, then 18 rows of one occupation in one combination of the other categories.';
    return { rows, figures, remark };
  },
};
