import type { Release } from '@lmi/contracts';
import { LmiError } from '@lmi/kit';
import { z } from 'zod';
import type { Route, Work } from '../http/route';
import { cardAnswer } from './cells';
import { defineRoute, none } from './define';
import { releaseCard } from './schemas';

const release = releaseCard
  .extend({
    state: z.string().meta({ description: 'staged, checked, published or retired.' }),
    current: z.boolean().meta({ description: 'Whether it serves now.' }),
    stagedAt: z.string(),
    inputs: z.array(z.string()).meta({ description: 'Releases that a derived dataset was computed from.' }),
    sources: z.array(z.object({ name: z.string(), sha256: z.string(), bytes: z.number().int() })),
    checks: z.array(z.object({ name: z.string(), passed: z.boolean(), detail: z.string() })),
    rowsRead: z.number().int(),
    rowsLoaded: z.number().int(),
    rowsRejected: z.number().int(),
    valuesSuppressed: z.number().int(),
    valuesMarked: z.number().int(),
  })
  .meta({ id: 'Release', description: 'One immutable release with its history.' });

function releaseAnswer(from: Release): z.output<typeof release> {
  return {
    ...cardAnswer(from),
    state: from.state,
    current: from.current,
    stagedAt: from.stagedAt,
    inputs: from.inputs,
    sources: from.sources.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
    checks: from.checks.map(({ name, passed, detail }) => ({ name, passed, detail })),
    rowsRead: from.rowsRead,
    rowsLoaded: from.rowsLoaded,
    rowsRejected: from.rowsRejected,
    valuesSuppressed: from.valuesSuppressed,
    valuesMarked: from.valuesMarked,
  };
}

const datasetDetails = release
  .extend({
    description: z.string().meta({ description: 'What a figure means, in plain words.' }),
    caveats: z.array(z.string()).meta({ description: 'Known limits.' }),
    cadence: z.string().meta({ description: 'How often the publisher brings a new release.' }),
    nextRelease: z.string().nullable().meta({ description: 'When; null where it is not announced.' }),
    notAvailable: z
      .array(z.object({ what: z.string(), why: z.string() }))
      .meta({ description: 'What the dataset cannot answer, and why.' }),
  })
  .meta({ id: 'DatasetDetails', description: 'A dataset in words, with the release that serves now.' });

function datasetDetailsAnswer(from: Release): z.output<typeof datasetDetails> {
  return {
    ...releaseAnswer(from),
    description: from.description,
    caveats: from.caveats,
    cadence: from.cadence,
    nextRelease: from.nextRelease || null,
    notAvailable: from.gaps.map(({ what, why }) => ({ what, why })),
  };
}

const dataset = releaseCard
  .omit({ dataset: true })
  .extend({ id: z.string() })
  .meta({ id: 'Dataset', description: 'A dataset with the release that serves now.' });

function datasetAnswer(current: Release): z.output<typeof dataset> {
  const { dataset: id, ...card } = cardAnswer(current);
  return { id, ...card };
}

const datasetId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}$/, 'expected a dataset id such as ashe')
  .meta({ description: 'Dataset id; /api/v2/datasets lists them.', example: 'ashe' });

function unknownDataset(id: string, { releases }: Work): LmiError {
  const silent = Object.entries(releases.answered).find(([, answered]) => !answered);
  if (silent)
    return new LmiError('unavailable', `The service of ${silent[0]} has not told its datasets yet.`);
  const validValues = releases.set.current.map(({ dataset }) => dataset);
  return new LmiError('not-found', `There is no dataset ${id}.`, { field: 'id', validValues });
}

export const datasetRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/datasets',
    operationId: 'listDatasets',
    tag: 'v2',
    summary: 'The datasets that serve now',
    description: 'Each with its present release, publisher, licence and attribution.',
    params: none,
    query: none,
    reply: z.object({ datasets: z.array(dataset) }).meta({ id: 'DatasetsReply' }),
    examples: ['/api/v2/datasets'],
    async run(_asked, { serving }) {
      return {
        body: { datasets: serving.map(datasetAnswer) },
        releases: serving.map(({ version }) => version),
      };
    },
  }),
  defineRoute({
    path: '/api/v2/datasets/{id}',
    operationId: 'getDataset',
    tag: 'v2',
    summary: 'One dataset',
    description:
      'What its figures mean, its limits, and its present release with source files, checks and counts.',
    params: z.object({ id: datasetId }),
    query: none,
    reply: datasetDetails,
    examples: ['/api/v2/datasets/ashe'],
    async run({ params }, work) {
      const found = work.serving.find(({ dataset }) => dataset === params.id);
      if (!found) throw unknownDataset(params.id, work);
      return { body: datasetDetailsAnswer(found), releases: [found.version] };
    },
  }),
  defineRoute({
    path: '/api/v2/datasets/{id}/releases',
    operationId: 'listReleases',
    tag: 'v2',
    summary: 'The releases of one dataset',
    description: 'All that were ever staged, newest first, with what happened to them.',
    params: z.object({ id: datasetId }),
    query: none,
    reply: z.object({ dataset: z.string(), releases: z.array(release) }).meta({ id: 'ReleasesReply' }),
    examples: ['/api/v2/datasets/ashe/releases'],
    async run({ params }, work) {
      const owner = work.releases.ownerOf(params.id);
      if (!owner) throw unknownDataset(params.id, work);
      const request = { dataset: params.id, currentOnly: false };
      const { releases } = await work.clients[owner].listReleases(request, work.context);
      const newestFirst = [...releases].sort((a, b) => (a.stagedAt < b.stagedAt ? 1 : -1));
      return {
        body: { dataset: params.id, releases: newestFirst.map(releaseAnswer) },
        // The history grows while the same releases serve on.
        releases: [],
        volatile: true,
      };
    },
  }),
];
