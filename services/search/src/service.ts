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
  warmUp: (handlers) =>
    handlers.searchOccupations(
      { query: 'nurse', classification: '', limit: 1, full: false, codesOnly: true },
      { traceId: '0'.repeat(32), deadline: Date.now() + WARM_UP_MS },
    ),
  importers,
});
