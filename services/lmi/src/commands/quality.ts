import type { ReleaseRecord } from '@lmi/kit';
import { importersInOrder } from '../targets';
import { print, withData } from './session';

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;

/** Marks by how many cells carry them: "modelled 62.0 %, projected 60.1 %". */
function marksLine(release: ReleaseRecord, cells: number): string {
  const total = new Map<string, number>();
  for (const { marks } of release.quality) {
    for (const [mark, count] of Object.entries(marks)) total.set(mark, (total.get(mark) ?? 0) + count);
  }
  return [...total]
    .sort(([, a], [, b]) => b - a)
    .map(([mark, count]) => `${mark} ${percent(count, cells)}`)
    .join(', ');
}

/** What every dataset that serves holds, by mark and level, and what it cannot answer; also those not loaded. */
export async function qualityCommand(options: { readonly json?: boolean }): Promise<void> {
  await withData(async (env) => {
    const all = await env.releases.list();
    const report = importersInOrder().map(({ card }) => ({
      card,
      release: all.find((release) => release.dataset === card.id && release.current),
    }));
    if (options.json) {
      const rows = report.map(({ card, release }) => ({
        dataset: card.id,
        version: release?.version ?? null,
        cadence: card.cadence,
        nextRelease: card.nextRelease ?? null,
        levels: release?.quality ?? [],
        notAvailable: card.gaps ?? [],
      }));
      print(JSON.stringify(rows, undefined, 2));
      return;
    }
    for (const { card, release } of report) {
      print(`${card.id}  ${release?.version ?? 'no release is loaded'}`);
      const cells = release?.quality.reduce((sum, count) => sum + count.cells, 0) ?? 0;
      if (release && cells > 0) {
        const periods = release.quality
          .flatMap(({ from, to }) => [from, to])
          .filter((period) => period !== '');
        periods.sort();
        const withheld = release.quality.reduce((sum, count) => sum + count.withheld, 0);
        print(
          `  ${cells} cells, ${percent(withheld, cells)} withheld${periods.length > 0 ? `, ${periods[0]} to ${periods.at(-1)}` : ''}`,
        );
        print(`  marks: ${marksLine(release, cells) || 'none'}`);
        for (const { figure, level, cells: here, withheld: without } of release.quality) {
          print(
            `    ${`${figure} by ${level}`.padEnd(56)} ${String(here).padStart(8)} cells  ${percent(without, here)} withheld`,
          );
        }
      }
      print(`  ${card.cadence}; next release ${card.nextRelease ?? 'not announced'}`);
      for (const { what, why } of card.gaps ?? []) print(`  not available: ${what} (${why})`);
    }
  });
}
