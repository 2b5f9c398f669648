import { EmploymentServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { apsImporter } from './importers/aps';
import { areaIndicatorsImporter } from './importers/area-indicators';
import { censusImporter } from './importers/census';
import { employmentImporter } from './importers/employment';
import { employmentEstimatesImporter } from './importers/employment-estimates';
import { projectionsImporter } from './importers/projections';
import { skillsShortageSeriesImporter, skillsShortagesImporter } from './importers/skills-shortages';
import { unemploymentImporter } from './importers/unemployment';

const importers = [
  employmentImporter,
  projectionsImporter,
  apsImporter,
  employmentEstimatesImporter,
  areaIndicatorsImporter,
  unemploymentImporter,
  skillsShortagesImporter,
  skillsShortageSeriesImporter,
  censusImporter,
] as const;

/** Employment past and projected by occupation and area, replacement demand, unemployment, skills shortages and people of an area. */
export const employment = defineDatasetService({
  name: 'employment',
  definition: EmploymentServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
