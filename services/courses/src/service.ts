import { CourseServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { apprenticeshipsImporter } from './importers/apprenticeships';
import { coursesImporter } from './importers/courses';
import { graduateDestinationsImporter } from './importers/graduate-destinations';
import { graduateJobsImporter } from './importers/graduate-jobs';
import { subjectsImporter } from './importers/subjects';

const importers = [
  subjectsImporter,
  coursesImporter,
  graduateJobsImporter,
  graduateDestinationsImporter,
  apprenticeshipsImporter,
] as const;

/** Higher education courses and their outcomes, occupations of graduates, and apprenticeships. */
export const courses = defineDatasetService({
  name: 'courses',
  definition: CourseServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
