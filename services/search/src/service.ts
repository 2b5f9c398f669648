import { OccupationServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { areasImporter, plainEnglishImporter, socImporter } from './importers';
import { escoImporter, occupationSkillsImporter, onetImporter, onetLinkImporter } from './skills/importers';

const importers = [
  areasImporter,
  socImporter,
  plainEnglishImporter,
  onetImporter,
  onetLinkImporter,
  occupationSkillsImporter,
  escoImporter,
] as const;

const WARM_UP_MS = 10_000;

/** Occupations, areas, and search from the words that people use. */
export const search = defineDatasetService({
  name: 'search',
  definition: OccupationServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  warmUp: async (handlers) => {
    const context = { traceId: '0'.repeat(32), deadline: Date.now() + WARM_UP_MS };
    const query = { query: 'nurse', classification: '', limit: 1, codesOnly: true, v1Texts: false };
    await handlers.searchOccupations(query, context);
    const ratings = [{ element: '2.A.1.a', kind: 'like', value: 3, weight: 1 }];
    for (const classification of ['soc2020', 'soc2010']) {
      // Search serves without ratings too.
      await handlers
        .matchOccupations({ ratings, classification, limit: 1, reasons: 0 }, context)
        .catch(() => undefined);
    }
  },
  importers,
});
