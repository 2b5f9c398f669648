/** Dataset `adverts`: what the connectors that may store have read. */
import { createHash } from 'node:crypto';
import type { DatasetCard } from '@lmi/importing';
import { LmiError, type Config, type JobContext, type Log, type ReferenceSource } from '@lmi/kit';
import type { Calls, CheckRecord, Database, ReleaseStore } from '@lmi/kit';
import { advertColumns, advertRows, advertWordColumns, tidyAdvert, type NormalAdvert } from './advert';
import { confidenceNeeded, createCoder } from './coding';
import { dfeApprenticeships } from './connectors/dfe-apprenticeships';
import type { StoredSource } from './connectors/source';
import { OutcodeSource } from './places';

export const storedAdvertsCard: DatasetCard = {
  id: 'adverts',
  title: 'Adverts read from sources that may be stored',
  publisher: 'Department for Education',
  licence: 'OGL-UK-3.0',
  licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
  attribution:
    'Apprenticeships: Department for Education, Find an apprenticeship (Open Government Licence v3.0)',
  sourceUrl: 'https://www.findapprenticeship.service.gov.uk',
  cadence: 'hourly',
  description: 'Open apprenticeship adverts in England, each coded to SOC 2020 by its title.',
  caveats: [
    'Apprenticeships only: other jobs come from sources that are asked when a request comes.',
    'Occupations are coded by machine from the title; each advert says how sure that is.',
  ],
  dependsOn: [],
  derived: false,
};

const tables = ['advert', 'advert_word'];
/** Releases kept: an hourly reading needs no long history. */
const keptReleases = 2;
/** A reading with less than this part of the adverts before is taken for a fault of the source. */
const leastShare = 0.3;
/** How long one reading may take to code its titles. */
const codingMs = 120_000;

export function storedSources(config: Config): StoredSource[] {
  return config.LMI_DFE_ADVERTS_KEY === '' ? [] : [dfeApprenticeships({ key: config.LMI_DFE_ADVERTS_KEY })];
}

export interface RefreshDependencies {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly reference: ReferenceSource;
  readonly calls: Calls;
  readonly log: Log;
}

export interface RefreshSummary {
  readonly adverts: number;
  readonly coded: number;
  /** Sources that failed and were left out. */
  readonly failed: readonly string[];
}

/**
 * Reads every stored source and publishes what was found as a new release. A source that fails is left out;
 * when all fail nothing changes.
 * @throws LmiError unavailable when no source answers, not-available when a check fails.
 */
export async function refreshAdverts(
  { db, releases, reference, calls, log }: RefreshDependencies,
  sources: readonly StoredSource[],
  job: Pick<JobContext, 'signal' | 'progress'>,
): Promise<RefreshSummary> {
  const { serving, outcodes } = await db.read(async (reader) => {
    const found = await reference.read(reader);
    return { serving: found, outcodes: found.releases.get('outcodes') };
  });
  const read: NormalAdvert[] = [];
  const failed: string[] = [];
  for (const [index, source] of sources.entries()) {
    try {
      const own: NormalAdvert[] = [];
      for await (const page of source.pages(job.signal)) own.push(...page);
      read.push(...own);
    } catch (error) {
      job.signal.throwIfAborted();
      log.warn({ err: error, source: source.name }, 'a source of adverts could not be read');
      failed.push(source.name);
    }
    job.progress((0.6 * (index + 1)) / sources.length);
  }
  if (failed.length === sources.length) {
    throw new LmiError('unavailable', `no source of adverts answers: ${failed.join(', ')}`);
  }
  const today = new Date().toISOString().slice(0, 10);
  const open = read.map(tidyAdvert).filter(({ closes }) => closes === '' || closes >= today);
  const codings = await createCoder(calls)(
    open.map(({ title }) => title),
    { traceId: '0'.repeat(32), deadline: Date.now() + codingMs },
  );
  job.progress(0.8);
  const places = outcodes && (await new OutcodeSource(db).get(outcodes, serving.reference));
  const rows = advertRows(open, ({ title }) => codings.get(title), places, confidenceNeeded);
  const before = serving.releases.get(storedAdvertsCard.id);
  const previous = before ? await countOf(db, before.id) : 0;
  const edition = new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-');
  const checksum = createHash('sha256').update(JSON.stringify(rows.adverts)).digest('hex');
  const summary = {
    adverts: rows.adverts.length,
    coded: rows.adverts.filter((row) => row[advertColumns.indexOf('soc')] !== null).length,
    failed,
  };
  // The set of releases is part of every kept answer: equal adverts must not make a new one.
  if ((await releases.findByChecksum(storedAdvertsCard.id, checksum))?.current) {
    job.progress(1);
    return summary;
  }
  const release = await releases.stage(
    { dataset: storedAdvertsCard.id, edition, checksum, sources: [], inputs: [], tables },
    async (sink) => {
      await sink.insert('advert', advertColumns, rows.adverts);
      await sink.insert('advert_word', advertWordColumns, rows.words);
      return { rowsRead: read.length, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
    },
  );
  const check: CheckRecord = {
    name: 'advert: not far fewer than before',
    passed: rows.adverts.length >= previous * leastShare,
    detail: `${rows.adverts.length} adverts, ${previous} before`,
  };
  const checked = await releases.recordChecks(release, [check], tables);
  if (!check.passed) throw new LmiError('not-available', `adverts were not published: ${check.detail}`);
  await releases.publish(storedAdvertsCard.id, checked.version);
  await releases.sweep(storedAdvertsCard.id, tables, keptReleases);
  job.progress(1);
  log.info(summary, 'adverts were read');
  return summary;
}

async function countOf(db: Database, release: number): Promise<number> {
  const row = await db.read((reader) =>
    reader.get<{ n: number }>('SELECT COUNT(*) AS n FROM advert WHERE release_id = ?', [release]),
  );
  return Number(row?.n ?? 0);
}
