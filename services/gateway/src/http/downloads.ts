/** Whole tables as files, and the feeds of releases: what is not one JSON value made at once. */
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Release } from '@lmi/contracts';
import { invalidArgument, LmiError, type CallContext } from '@lmi/kit';
import type { Express, Request, Response } from 'express';
import parseRange from 'range-parser';
import type { Clients } from '../clients';
import type { ReleaseWatch } from '../releases';
import { readPins } from '../v2/define';
import { answerOf, CACHEABLE, commonHeaders, isNotModified, send, sendNotModified } from './answer';
import { traceOf, type Trace } from './trace';
import { splitUrl } from './url';

/** A table is read once through for its checksum when it is first asked for. */
export const DOWNLOAD_LIMIT_MS = 60_000;
/** A named release never changes. */
const LASTING = 'public, max-age=86400, immutable';

export interface DownloadDependencies {
  readonly clients: Clients;
  readonly releases: ReleaseWatch;
  readonly now: () => number;
}

/** Addresses of this file, as OpenAPI writes them. */
export const downloadPaths = {
  table: '/api/v2/datasets/{id}/download.csv',
  feed: '/api/v2/datasets.atom',
  datasetFeed: '/api/v2/datasets/{id}/releases.atom',
} as const;

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** Adds the routes; errors go to the application's error handler. */
export function addDownloads(app: Express, dependencies: DownloadDependencies): void {
  const { releases } = dependencies;
  app.get(expressPath(downloadPaths.table), (request, response) =>
    sendTable(request, response, dependencies),
  );
  app.get(expressPath(downloadPaths.feed), async (request, response) => {
    await sendFeed(request, response, await allReleases(dependencies, traceOf(request)), undefined);
  });
  app.get(expressPath(downloadPaths.datasetFeed), async (request, response) => {
    const { id } = request.params as { id: string };
    if (!releases.ownerOf(id)) throw unknownDataset(id, releases);
    const own = (await allReleases(dependencies, traceOf(request))).filter(({ dataset }) => dataset === id);
    await sendFeed(request, response, own, id);
  });
}

export function unknownDataset(id: string, releases: ReleaseWatch): LmiError {
  const validValues = releases.set.current.map(({ dataset }) => dataset);
  return new LmiError('not-found', `There is no dataset ${id}.`, { field: 'id', validValues });
}

interface Asked {
  readonly release: Release;
  readonly table: string | undefined;
  readonly isPinned: boolean;
}

async function readAsked(request: Request, releases: ReleaseWatch): Promise<Asked> {
  const { id } = request.params as { id: string };
  const query = new URLSearchParams(splitUrl(request.url).query);
  for (const name of query.keys()) {
    if (name !== 'table' && name !== 'dataVersion') {
      const valid = ['table', 'dataVersion'];
      throw invalidArgument(
        name,
        `There is no parameter ${name} here; valid are ${valid.join(', ')}.`,
        valid,
      );
    }
  }
  const pins = readPins(query.get('dataVersion') ?? '');
  const release = (await releases.servingWith(pins)).find(({ dataset }) => dataset === id);
  if (!release) throw unknownDataset(id, releases);
  return { release, table: query.get('table') ?? undefined, isPinned: pins.includes(release.version) };
}

async function sendTable(
  request: Request,
  response: Response,
  dependencies: DownloadDependencies,
): Promise<void> {
  const { clients, releases, now } = dependencies;
  const trace = traceOf(request);
  const context: CallContext = { traceId: trace.id, deadline: now() + DOWNLOAD_LIMIT_MS };
  const { release, table: wanted, isPinned } = await readAsked(request, releases);
  const client = clients[releases.ownerOf(release.dataset)!];
  const { tables } = await client.describeTables({ dataset: release.dataset }, context);
  const names = tables.map(({ name }) => name);
  const table = wanted ?? names[0];
  if (names.length === 0) {
    throw new LmiError('not-available', `The rows of ${release.dataset} are not for download.`);
  }
  if (table === undefined || !names.includes(table)) {
    throw invalidArgument('table', `table: ${release.dataset} has ${names.join(', ')}.`, names);
  }
  const read = (offset: number) =>
    client.readTable(
      { dataset: release.dataset, version: release.version, table, offset },
      { ...context, deadline: now() + DOWNLOAD_LIMIT_MS },
    );
  const first = await read(0);
  const etag = `"${first.sha256}"`;
  const headers = [
    ...commonHeaders,
    'Content-Type',
    'text/csv; charset=utf-8; header=present',
    'Content-Disposition',
    `attachment; filename="${release.version}.${table}.csv"`,
    'Accept-Ranges',
    'bytes',
    'ETag',
    etag,
    'Repr-Digest',
    `sha-256=:${Buffer.from(first.sha256, 'hex').toString('base64')}:`,
    'Cache-Control',
    isPinned ? LASTING : CACHEABLE,
    'Data-Version',
    release.version,
    'Link',
    `</api/v2/datasets/${release.dataset}/csvw?dataVersion=${release.version}>; rel="describedby"; type="application/csvm+json", <${release.licenceUrl}>; rel="license"`,
    'traceresponse',
    trace.response,
    'X-Trace-Id',
    trace.id,
  ];
  if (isNotModified(request, etag)) {
    sendNotModified(response, etag, trace, []);
    return;
  }
  const range = rangeOf(request, etag, first.bytes);
  if (range === 'unsatisfiable') {
    response.writeHead(416, [...headers, 'Content-Range', `bytes */${first.bytes}`]).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: first.bytes - 1 };
  response.writeHead(range ? 206 : 200, [
    ...headers,
    'Content-Length',
    String(end - start + 1),
    ...(range ? ['Content-Range', `bytes ${start}-${end}/${first.bytes}`] : []),
  ]);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // One piece at a time, and the next only when the client has taken it: no more is ever in memory.
  const pieces = async function* () {
    for (let offset = start; offset <= end;) {
      const { data } = offset === 0 ? first : await read(offset);
      if (data.length === 0) throw new LmiError('unavailable', 'the table ended before its length');
      yield data.subarray(0, end - offset + 1);
      offset += data.length;
    }
  };
  await pipeline(Readable.from(pieces(), { objectMode: true, highWaterMark: 1 }), response).catch(() =>
    // The head is out: a body cut short is how HTTP says that the rest did not come.
    response.destroy(),
  );
}

/** The one range asked for; undefined: the whole. Several ranges, or one of another version, get the whole too. */
function rangeOf(
  request: Request,
  etag: string,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const { range, 'if-range': condition } = request.headers;
  if (range === undefined || (condition !== undefined && condition !== etag)) return undefined;
  const ranges = parseRange(size, range);
  if (ranges === -1) return 'unsatisfiable';
  return ranges !== -2 && ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
}

async function allReleases({ clients, now }: DownloadDependencies, trace: Trace): Promise<Release[]> {
  const context = { traceId: trace.id, deadline: now() + 2_000 };
  const replies = await Promise.all(
    Object.values(clients).map((client) => client.listReleases({ dataset: '', currentOnly: false }, context)),
  );
  const published = replies
    .flatMap(({ releases }) => releases)
    .filter(({ publishedAt }) => publishedAt !== '');
  return published.sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
}

const FEED_ENTRIES = 100;

/** Atom, newest first. */
async function sendFeed(
  request: Request,
  response: Response,
  releases: readonly Release[],
  dataset: string | undefined,
): Promise<void> {
  // Loaded when first asked for: most processes never are.
  const { Feed } = await import('feed');
  const base = `${request.protocol}://${request.headers.host ?? 'localhost'}`;
  const path = dataset === undefined ? '/api/v2/datasets' : `/api/v2/datasets/${dataset}/releases`;
  const feed = new Feed({
    id: `${base}${path}.atom`,
    title: dataset === undefined ? 'LMI for All: releases of data' : `LMI for All: releases of ${dataset}`,
    link: `${base}${path}`,
    feedLinks: { atom: `${base}${path}.atom` },
    updated: new Date(releases[0]?.publishedAt ?? 0),
    copyright: 'Each dataset has the licence that its entry names.',
    generator: 'LMI for All',
  });
  for (const release of releases.slice(0, FEED_ENTRIES)) {
    const before = releases.find(
      (other) => other.dataset === release.dataset && other.publishedAt < release.publishedAt,
    );
    const changes = before
      ? ` Changes: ${base}/api/v2/datasets/${release.dataset}/changes?from=${before.version}&to=${release.version}`
      : '';
    feed.addItem({
      id: `${base}/api/v2/datasets/${release.dataset}/releases#${release.version}`,
      title: `${release.title}: ${release.edition}`,
      link: `${base}/api/v2/datasets/${release.dataset}?dataVersion=${release.version}`,
      date: new Date(release.publishedAt),
      description: `Release ${release.version}, ${release.rowsLoaded} rows. ${release.attribution} (${release.licence})${changes}`,
    });
  }
  const text = feed.atom1();
  const answer = answerOf({
    status: 200,
    contentType: 'application/atom+xml; charset=utf-8',
    text,
    cacheControl: CACHEABLE,
    etag: `"${hash('sha1', text, 'base64url')}"`,
  });
  const trace = traceOf(request);
  if (isNotModified(request, answer.etag)) sendNotModified(response, answer.etag!, trace, []);
  else send(response, answer, trace);
}
