import type { Release } from '@lmi/contracts';
import { marks, type Mark } from '@lmi/statistics';
import { z } from 'zod';
import type { Route, Work } from '../http/route';
import { defineRoute, none } from './define';

const markCount = z
  .object({
    mark: z.enum(marks.map(({ mark }) => mark)),
    cells: z.number().int(),
    share: z.number().meta({ description: 'Of all cells here, 0 to 1.' }),
  })
  .meta({ id: 'MarkCount', description: 'Cells with one mark; a cell with two marks counts in both.' });

const levelQuality = z
  .object({
    figure: z.string().meta({ description: 'Name of the figure: median, employment …' }),
    level: z.string().meta({ description: 'What the cells are by: unit group, region …' }),
    cells: z.number().int(),
    withheld: z.number().int().meta({ description: 'Cells without a value; their marks say why.' }),
    marks: z.array(markCount),
    from: z.string().meta({ description: 'First reference period; empty where figures have none.' }),
    to: z.string(),
  })
  .meta({ id: 'LevelQuality' });

const datasetQuality = z
  .object({
    dataset: z.string(),
    title: z.string(),
    version: z.string(),
    edition: z.string(),
    publishedAt: z.string(),
    cadence: z.string().meta({ description: 'How often the publisher brings a new release.' }),
    nextRelease: z.string().nullable().meta({ description: 'When; null where it is not announced.' }),
    cells: z
      .number()
      .int()
      .meta({ description: 'Cells of all its figures; 0 for classifications and texts.' }),
    withheld: z.number().int(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    marks: z.array(markCount),
    levels: z.array(levelQuality),
    notAvailable: z
      .array(z.object({ what: z.string(), why: z.string() }))
      .meta({ description: 'What the dataset cannot answer, and why.' }),
  })
  .meta({ id: 'DatasetQuality' });

function shares(counts: ReadonlyMap<string, number>, cells: number): z.output<typeof markCount>[] {
  return marks.flatMap(({ mark }) => {
    const found = counts.get(mark);
    return found === undefined ? [] : [{ mark: mark as Mark, cells: found, share: found / cells }];
  });
}

function qualityAnswer(release: Release): z.output<typeof datasetQuality> {
  const total = new Map<string, number>();
  for (const { marks: counted } of release.quality) {
    for (const [mark, cells] of Object.entries(counted)) total.set(mark, (total.get(mark) ?? 0) + cells);
  }
  const sum = (of: 'cells' | 'withheld') => release.quality.reduce((all, count) => all + count[of], 0);
  const periods = release.quality.flatMap(({ from, to }) => [from, to]).filter((period) => period !== '');
  periods.sort();
  return {
    dataset: release.dataset,
    title: release.title,
    version: release.version,
    edition: release.edition,
    publishedAt: release.publishedAt,
    cadence: release.cadence,
    nextRelease: release.nextRelease === '' ? null : release.nextRelease,
    cells: sum('cells'),
    withheld: sum('withheld'),
    from: periods[0] ?? null,
    to: periods.at(-1) ?? null,
    marks: shares(total, sum('cells')),
    levels: release.quality.map((count) => ({
      figure: count.figure,
      level: count.level,
      cells: count.cells,
      withheld: count.withheld,
      marks: shares(new Map(Object.entries(count.marks)), count.cells),
      from: count.from,
      to: count.to,
    })),
    notAvailable: release.gaps.map(({ what, why }) => ({ what, why })),
  };
}

/** The releases that answer, with their counts, from every service. */
async function countedReleases({ clients, context, serving }: Work): Promise<Release[]> {
  const currentOnly = !context.pins?.length;
  const answering = new Set(serving.map(({ version }) => version));
  const replies = await Promise.all(
    Object.values(clients).map((client) =>
      client.listReleases({ dataset: '', currentOnly, withQuality: true }, context),
    ),
  );
  // A service that several clients speak to tells its releases to each of them.
  const byVersion = new Map(
    replies
      .flatMap(({ releases }) => releases)
      .filter(({ version }) => currentOnly || answering.has(version))
      .map((release) => [release.version, release]),
  );
  return [...byVersion.values()].sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
}

export const qualityRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/quality',
    operationId: 'getQuality',
    tag: 'v2',
    summary: 'How good the figures are',
    description:
      'For each dataset that serves now: its cells by mark and by level, the span of its periods, the next release ' +
      'and what it cannot answer. Counted when the release was staged, over all its cells.',
    params: none,
    query: none,
    reply: z.object({ datasets: z.array(datasetQuality) }).meta({ id: 'QualityReply' }),
    examples: ['/api/v2/quality'],
    async run(_asked, work) {
      const releases = await countedReleases(work);
      return {
        body: { datasets: releases.map(qualityAnswer) },
        releases: releases.map(({ version }) => version),
      };
    },
  }),
];
