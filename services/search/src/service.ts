import { OccupationServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { areasImporter, plainEnglishImporter, socImporter } from './importers';

const importers = [areasImporter, socImporter, plainEnglishImporter] as const;

/** Occupations, areas, and search from the words that people use. */
export const search = defineDatasetService({
  name: 'search',
  definition: OccupationServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
