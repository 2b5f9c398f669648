// How long a cluster takes from nothing, and a further process to serve.
import { withSpread, median } from '../measure.mjs';

export async function start({ rounds, note, startCluster }) {
  const figures = { answer: [], data: [], scale: {} };
  const runs = Math.min(rounds, 3);
  for (let round = 0; round < runs; round++) {
    note(`  round ${round + 1}`);
    const cluster = await startCluster({});
    const seconds = (pattern) => Number(pattern.exec(cluster.started)?.[1]);
    figures.answer.push(seconds(/ answers after ([\d.]+) s/));
    figures.data.push(seconds(/data loaded after ([\d.]+) s/));
    for (const target of cluster.targets) {
      const said = await cluster.run(['scale', target, '3']);
      (figures.scale[target] ??= []).push(Number(/serves after ([\d.]+) s/.exec(said)?.[1]));
    }
    await cluster.stop();
  }
  const row = (what, limit, values) => ({
    what,
    target: `≤ ${limit} s`,
    figure: `${withSpread(values, 1)} s`,
    held: median(values) <= limit,
  });
  const rows = [
    row(
      '`lmi cluster up` in an empty folder, two of each, to the first answer through nginx',
      30,
      figures.answer,
    ),
    row('the same, to all bundled data loaded and on the replica', 90, figures.data),
    ...Object.entries(figures.scale).map(([target, values]) =>
      row(`\`lmi cluster scale ${target} 3\`, to serving`, 5, values),
    ),
  ];
  return { rows, figures, remark: `${runs} times.` };
}
