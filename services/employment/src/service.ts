import { EmploymentServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { apsImporter } from './importers/aps';
import { employmentImporter } from './importers/employment';
import { employmentEstimatesImporter } from './importers/employment-estimates';
import { projectionsImporter } from './importers/projections';

const importers = [
  employmentImporter,
  projectionsImporter,
  apsImporter,
  employmentEstimatesImporter,
] as const;

/** Employment past and projected by occupation and area, and replacement demand. */
export const employment = defineDatasetService({
  name: 'employment',
  definition: EmploymentServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
