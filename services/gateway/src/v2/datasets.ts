import type { CompareReleasesReply, Release, RowChange, Table } from '@lmi/contracts';
import { invalidArgument, LmiError } from '@lmi/kit';
import { z } from 'zod';
import type { Route, Work } from '../http/route';
import { cardAnswer } from './cells';
import { defineRoute, none } from './define';
import { pageQuery } from './paging';
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

const MOST_CHANGES = 1_000;
/** What one look at two releases takes at most, so that a page ends before its deadline. */
const COMPARE_MS = 1_200;

const releaseVersion = z
  .string()
  .regex(/^[a-z][\w.+-]{1,99}$/, 'expected a release version such as ashe-2025-86199df0')
  .optional();

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** The versions asked for; the present release and the one published before it where they are left out. */
async function comparedVersions(
  id: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  { releases, clients, context }: Work,
): Promise<{ readonly from: string; readonly to: string }> {
  if (from !== undefined && to !== undefined) return { from, to };
  const request = { dataset: id, currentOnly: false };
  const all = (await clients[releases.ownerOf(id)!].listReleases(request, context)).releases;
  const published = all.filter(({ publishedAt }) => publishedAt !== '');
  const newer =
    to === undefined ? published.find(({ current }) => current) : published.find((one) => one.version === to);
  const older = published
    .filter(({ publishedAt, state }) => state !== 'retired' && newer && publishedAt < newer.publishedAt)
    .sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0];
  const validValues = published.map(({ version }) => version);
  if (!newer) throw invalidArgument('to', `to: ${id} has no such release.`, validValues);
  if (from === undefined && !older) {
    throw new LmiError('not-available', `No release of ${id} before ${newer.version} is kept.`, {
      field: 'from',
      validValues,
    });
  }
  return { from: from ?? older!.version, to: newer.version };
}

const csvwTable = z.object({
  url: z.string(),
  'dc:title': z.string(),
  tableSchema: z.object({
    columns: z.array(
      z.object({ name: z.string(), titles: z.string(), datatype: z.string(), required: z.boolean() }),
    ),
    primaryKey: z.array(z.string()),
  }),
  notes: z.array(z.string()),
});

const csvwReply = z
  .object({
    '@context': z.tuple([z.literal('http://www.w3.org/ns/csvw'), z.object({ '@language': z.string() })]),
    '@id': z.string(),
    'dc:title': z.string(),
    'dc:publisher': z.string(),
    'dc:license': z.string(),
    'dc:source': z.string(),
    'dc:rights': z.string().meta({ description: 'The line that must travel with the figures.' }),
    'dc:identifier': z.string().meta({ description: 'Version of the release.' }),
    tables: z.array(csvwTable),
  })
  .meta({ id: 'CsvMetadata', description: 'https://www.w3.org/TR/tabular-metadata/' });

function csvwAnswer(release: Release, tables: readonly Table[]): z.output<typeof csvwReply> {
  const { dataset: id, version } = release;
  return {
    '@context': ['http://www.w3.org/ns/csvw', { '@language': 'en' }],
    '@id': `/api/v2/datasets/${id}/csvw?dataVersion=${version}`,
    'dc:title': release.title,
    'dc:publisher': release.publisher,
    'dc:license': release.licenceUrl,
    'dc:source': release.sourceUrl,
    'dc:rights': release.attribution,
    'dc:identifier': version,
    tables: tables.map(({ name, columns, withheld }) => ({
      url: `/api/v2/datasets/${id}/download.csv?table=${name}&dataVersion=${version}`,
      'dc:title': name,
      tableSchema: {
        columns: columns.map((column) => ({
          name: column.name,
          titles: column.name,
          datatype: column.number ? 'number' : 'string',
          required: column.key,
        })),
        primaryKey: columns.filter(({ key }) => key).map((column) => column.name),
      },
      notes: withheld.map((column) => `Column ${column} holds sentences of the publisher and is left out.`),
    })),
  };
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
  defineRoute({
    path: '/api/v2/datasets/{id}/changes',
    operationId: 'compareReleases',
    tag: 'v2',
    summary: 'What changed between two releases of a dataset',
    description:
      'Rows added, removed and changed, in the order of their keys, table by table: of a changed row the columns that differ. From the release before to the present one without parameters. Pages may hold few rows: go on while there is a nextCursor.',
    params: z.object({ id: datasetId }),
    query: z.strictObject({
      from: releaseVersion.meta({ description: 'Version of the older release.' }),
      to: releaseVersion.meta({ description: 'Version of the newer release.' }),
      table: z
        .string()
        .regex(/^[a-z0-9_]{1,60}$/, 'expected the name of a table')
        .optional(),
      ...pageQuery(MOST_CHANGES, 200),
    }),
    reply: z
      .object({
        dataset: z.string(),
        from: z.string(),
        to: z.string(),
        changes: z.array(
          z
            .object({
              table: z.string(),
              kind: z.enum(['added', 'removed', 'changed']),
              key: row,
              before: row.optional(),
              after: row.optional(),
            })
            .meta({ id: 'RowChange' }),
        ),
        nextCursor: z.string().optional(),
        releases: z.array(releaseCard),
      })
      .meta({ id: 'ChangesReply' }),
    examples: ['/api/v2/datasets/ashe/changes?from=ashe-2025-0a1b2c3d&to=ashe-2025-0a1b2c3d'],
    async run({ params: { id }, query }, work) {
      const owner = work.releases.ownerOf(id);
      if (!owner) throw unknownDataset(id, work);
      const { from, to } = await comparedVersions(id, query, work);
      const changes: RowChange[] = [];
      let { cursor } = query;
      do {
        const limit: number = query.limit - changes.length;
        const reply: CompareReleasesReply = await work.clients[owner].compareReleases(
          { dataset: id, from, to, table: query.table ?? '', cursor, limit },
          work.context,
        );
        changes.push(...reply.changes);
        cursor = reply.nextCursor;
      } while (
        cursor !== '' &&
        changes.length < query.limit &&
        Date.now() < work.context.deadline - COMPARE_MS
      );
      const cards = await work.releases.describe([from, to]);
      return {
        body: {
          dataset: id,
          from,
          to,
          changes: changes.map(({ table, kind, key, before, after }) => ({
            table,
            kind: kind as 'added' | 'removed' | 'changed',
            key: JSON.parse(key) as z.output<typeof row>,
            before: before === '' ? undefined : (JSON.parse(before) as z.output<typeof row>),
            after: after === '' ? undefined : (JSON.parse(after) as z.output<typeof row>),
          })),
          nextCursor: cursor || undefined,
          releases: [...cards.values()].map(cardAnswer),
        },
        releases: [],
        // How far a page reads depends on the time that it has.
        volatile: true,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/datasets/{id}/csvw',
    operationId: 'getCsvMetadata',
    tag: 'v2',
    summary: 'The tables of a dataset, described for CSV on the Web',
    description:
      'W3C metadata of the files at /api/v2/datasets/{id}/download.csv: columns, datatypes, keys, licence and source. Columns whose words belong to the publisher are in no file.',
    params: z.object({ id: datasetId }),
    query: none,
    reply: csvwReply,
    examples: ['/api/v2/datasets/ashe/csvw'],
    async run({ params: { id } }, work) {
      const release = work.serving.find(({ dataset: name }) => name === id);
      const owner = work.releases.ownerOf(id);
      if (!release || !owner) throw unknownDataset(id, work);
      const { tables } = await work.clients[owner].describeTables({ dataset: id }, work.context);
      return { body: csvwAnswer(release, tables), releases: [release.version] };
    },
  }),
];
