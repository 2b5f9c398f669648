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

/** Occupations, areas, and search from the words that people use. */
export const search = defineDatasetService({
  name: 'search',
  definition: OccupationServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
