/** Handlers of lmi.occupations.v1.OccupationService. */
import type { OccupationServiceDefinition } from '@lmi/contracts';
import { createApiKeyStore } from '@lmi/data';
import {
  createReleaseLister,
  createTableHandlers,
  type DatasetImporter,
  type ServiceDependencies,
} from '@lmi/importing';
import { invalidArgument, notFound, partOf, type Classification, type Handlers } from '@lmi/kit';
import { maxHits } from '@lmi/occupations';
import { createApiKeyLister } from './api-keys';
import { createCatalogueSource } from './catalogue-source';
import { codeTitles } from './code-titles';
import { createSkillHandlers } from './skills/handlers';

const noText = Buffer.alloc(0);

const classifications: readonly Classification[] = ['soc2020', 'soc2010'];

export function createHandlers(
  dependencies: ServiceDependencies,
  importers: readonly DatasetImporter[],
): Handlers<typeof OccupationServiceDefinition> {
  const { db, releases, reference, log } = dependencies;
  const source = createCatalogueSource(db, reference, log);
  // Made in the background from the start: the first search would wait a second for it. Before the first release is
  // published there is nothing to make; the search that comes then makes it.
  source.get().catch(() => undefined);
  const lister = createReleaseLister(importers, { releases });
  const handlers: Handlers<typeof OccupationServiceDefinition> = {
    ...createSkillHandlers(dependencies),
    ...createTableHandlers(importers, { db, releases }),

    async searchOccupations({ query, classification, limit, codesOnly, v1Texts }, { pins }) {
      if (query.trim() === '') throw invalidArgument('q', 'Please give a string to search for.');
      const asked = readClassification(classification) ?? 'soc2020';
      const { catalogue, index, linkRelease } = await source.get(pins);
      const found = index.search(query, { classification: asked, limit: limit > 0 ? limit : maxHits });
      if (codesOnly || v1Texts) {
        const hits = found.map(({ code }) => ({
          occupation: catalogue.code(code),
          score: 0,
          matchedTitle: '',
          reason: '',
          v1Text: v1Texts ? catalogue.v1Text(asked, code) : noText,
        }));
        return { hits, release: catalogue.release, linkRelease };
      }
      const hits = found.map(({ code, score, matchedTitle, reason = '' }) => ({
        occupation: catalogue.brief(asked, code),
        score,
        matchedTitle,
        reason,
        v1Text: noText,
      }));
      return { hits, release: catalogue.release, linkRelease };
    },

    async codeTitles(request, { pins }) {
      return codeTitles(request, await source.get(pins));
    },

    async getOccupation({ code, classification }, { pins }) {
      const asked = readClassification(classification);
      const catalogue = await source.catalogue(pins);
      const found = asked
        ? catalogue.occupation(asked, code)
        : (catalogue.occupation('soc2010', code) ?? catalogue.occupation('soc2020', code));
      if (found) return found;
      const name =
        asked === undefined ? 'SOC 2010 or SOC 2020' : asked === 'soc2010' ? 'SOC 2010' : 'SOC 2020';
      throw notFound(`code: there is no occupation "${code}" in ${name}; codes have 1 to 4 digits`, 'code');
    },

    async getOccupationParts({ occupation, skills }, context) {
      const [whole, rated] = await Promise.all([
        occupation && partOf(() => handlers.getOccupation(occupation, context)),
        skills && partOf(() => handlers.getOccupationSkills(skills, context)),
      ]);
      return { occupation: whole, skills: rated };
    },

    async listAreas({ type }, { pins }) {
      const { reference: known } = await db.read((reader) => reference.read(reader, pins));
      const types = [...new Set(known.areas().map((area) => area.type))].sort();
      if (type !== '' && !types.includes(type)) {
        throw invalidArgument('type', `type: unknown type "${type}"; one of ${types.join(', ')}`, types);
      }
      const areas = known
        .areas(type === '' ? undefined : type)
        .map((area) => ({ code: area.code, name: area.name, type: area.type, parent: area.parent ?? '' }));
      return { areas, release: known.areasVersion };
    },

    listApiKeys: createApiKeyLister(createApiKeyStore(db)),

    async listReleases(request) {
      // Who reads here that a release serves may keep answers under its name: they must then come from it.
      await source.settled();
      return lister(request);
    },
  };
  return handlers;
}

/** @returns undefined when left open. @throws LmiError invalid-argument. */
function readClassification(text: string): Classification | undefined {
  if (text === '') return undefined;
  const known = classifications.find((name) => name === text);
  if (known) return known;
  throw invalidArgument(
    'classification',
    `classification: unknown "${text}"; one of ${classifications.join(', ')}`,
    classifications,
  );
}
