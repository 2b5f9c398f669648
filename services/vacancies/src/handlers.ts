/** Handlers of lmi.vacancies.v1.VacancyService. */
import type { VacancyServiceDefinition } from '@lmi/contracts';
import {
  createReleaseLister,
  createTableHandlers,
  type DatasetImporter,
  type OutwardDependencies,
} from '@lmi/importing';
import { LmiError, type Config, type Handlers, type Log, type ReleaseSet } from '@lmi/kit';
import { createCoder } from './coding';
import { adzuna } from './connectors/adzuna';
import { GuardedSource } from './connectors/guard';
import { reed } from './connectors/reed';
import { SourceError, type AskedSource } from './connectors/source';
import { OutcodeSource } from './places';
import { sampleSource } from './sample';
import {
  answerAdverts,
  askSources,
  readAdvertQuestion,
  searchStored,
  type AdvertSources,
} from './search-adverts';
import { storedAdvertsCard } from './stored-adverts';
import { answerSurvey, answerTrends, readTrendQuestion, type CountRelease } from './trends';

function askedSources(config: Config): AskedSource[] {
  const sources: AskedSource[] = [];
  if (config.LMI_ADZUNA_ID !== '' && config.LMI_ADZUNA_KEY !== '') {
    sources.push(adzuna({ id: config.LMI_ADZUNA_ID, key: config.LMI_ADZUNA_KEY }));
  }
  if (config.LMI_REED_KEY !== '') sources.push(reed({ key: config.LMI_REED_KEY }));
  return sources;
}

/** Stored adverts where there are any; samples only while nothing real is set up. */
function storedRelease(
  releases: ReleaseSet,
  config: Config,
  asked: readonly unknown[],
): AdvertSources['stored'] {
  const real = releases.get(storedAdvertsCard.id);
  if (real) return { ...real, sample: false };
  const sample = releases.get('sample-adverts');
  const wanted =
    config.LMI_SAMPLE_ADVERTS === 'on' && config.LMI_DFE_ADVERTS_KEY === '' && asked.length === 0;
  return sample && wanted ? { ...sample, sample: true } : undefined;
}

/** Releases that count adverts. @throws LmiError unavailable before there is one. */
function countReleases(set: ReleaseSet): CountRelease[] {
  const found = (['vacancy-counts', 'labour-demand'] as const).flatMap((dataset) => {
    const release = set.get(dataset);
    return release ? [{ ...release, dataset }] : [];
  });
  if (found.length > 0) return found;
  throw new LmiError('unavailable', 'no release of dataset vacancy-counts is published yet');
}

const attributions = new Map([
  [sampleSource, 'Sample adverts by LMI for All, revived: none of them is real'],
  ['dfe-apprenticeships', storedAdvertsCard.attribution],
]);

/** Outward postcodes in one request. */
const mostOutcodes = 1_000;

/** @param sources instead of those that the settings name: tests have their own servers. */
export function createHandlers(
  { db, releases, cache, reference, calls, config, log }: OutwardDependencies,
  importers: readonly DatasetImporter[],
  sources: readonly AskedSource[] = askedSources(config),
): Handlers<typeof VacancyServiceDefinition> {
  const lister = createReleaseLister([...importers, { card: storedAdvertsCard } as DatasetImporter], {
    releases,
  });
  const outcodeSource = new OutcodeSource(db);
  const coder = createCoder(calls);
  const guards = sources.map((source) => guarded(source, config, log));
  return {
    getTrends: (request, { pins }) =>
      db.read(async (reader) => {
        const { releases: set, reference: known } = await reference.read(reader, pins);
        const counts = countReleases(set);
        const question = readTrendQuestion(request, known);
        const versions = [...counts.map(({ version }) => version), known.socVersion];
        return cache.through(['trends', ...versions, JSON.stringify(question)], () =>
          answerTrends(reader, counts, known, question),
        );
      }),

    getSurvey: (request, { pins }) =>
      db.read(async (reader) => {
        const { releases: set } = await reference.read(reader, pins);
        return answerSurvey(reader, set, request);
      }),

    async searchAdverts(request, context) {
      // Nothing waits for a source while it holds a connection: a slow one would take them all.
      const { question, known, kept, asking } = await db.read(async (reader) => {
        const { releases: set, reference: now } = await reference.read(reader, context.pins);
        const places = set.get('outcodes');
        const outcodes = places && (await outcodeSource.get(places, now));
        const read = readAdvertQuestion(request, now, outcodes);
        const stored = storedRelease(set, config, guards);
        const today = new Date().toISOString().slice(0, 10);
        const from = { stored, asked: guards, attributions, outcodes, coder, reference: now, today };
        const answers = askSources(guards, read);
        return {
          question: read,
          known: from,
          kept: await searchStored(reader, read, from),
          asking: { answers },
        };
      });
      return answerAdverts(question, known, kept, await asking.answers, context);
    },

    listOutcodes: ({ outcodes: asked }, { pins }) =>
      db.read(async (reader) => {
        const { releases: set, reference: known } = await reference.read(reader, pins);
        const release = set.get('outcodes');
        if (!release) throw new LmiError('unavailable', 'no release of dataset outcodes is published yet');
        if (asked.length > mostOutcodes) {
          throw new LmiError('invalid-argument', `outcodes: at most ${mostOutcodes} at a time`, {
            field: 'outcodes',
          });
        }
        const outcodes = await outcodeSource.get(release, known);
        return {
          outcodes: asked.flatMap((code) => {
            const found = outcodes.find(code.toUpperCase());
            if (!found) return [];
            const { outcode, latitude, longitude, town, district, area } = found;
            return [{ outcode, latitude, longitude, town, district: district ?? '', area: area ?? '' }];
          }),
          release: release.version,
        };
      }),

    listReleases: (request) => lister(request),
    // Not of the stored adverts: their sources do not allow copies of the whole.
    ...createTableHandlers(importers, { db, releases }),
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

function guarded(source: AskedSource, config: Config, log: Log): GuardedSource {
  return new GuardedSource(source, {
    callsADay: config.LMI_ADVERT_CALLS,
    onTrouble: (error) =>
      log.warn(
        // The message of a source's error names no address; that of any other might, and with it the key.
        { source: source.name, trouble: error instanceof SourceError ? error.message : nameOf(error) },
        'a source of adverts did not answer',
      ),
  });
}
