import { VacancyServiceDefinition } from '@lmi/contracts';
import { defineDatasetService, type OutwardDependencies } from '@lmi/importing';
import { createHandlers } from './handlers';
import { labourDemandImporter } from './importers/labour-demand';
import { outcodesImporter } from './importers/outcodes';
import { sampleAdvertsImporter } from './importers/sample-adverts';
import { vacancyCountsImporter } from './importers/vacancy-counts';
import { vacancySurveyImporter } from './importers/vacancy-survey';
import { refreshAdverts, storedSources } from './stored-adverts';

const importers = [
  outcodesImporter,
  vacancyCountsImporter,
  labourDemandImporter,
  vacancySurveyImporter,
  sampleAdvertsImporter,
] as const;

const anHourMs = 3_600_000;

/** Job adverts: counts over time, survey vacancies, and adverts themselves, coded to occupations. */
export const vacancies = defineDatasetService<typeof VacancyServiceDefinition, OutwardDependencies>({
  name: 'vacancies',
  definition: VacancyServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
  jobs: [
    {
      name: 'refresh-adverts',
      time: { everyMs: anHourMs },
      attempts: 2,
      enabled: (config) => storedSources(config).length > 0,
      async run(dependencies, job) {
        await refreshAdverts(dependencies, storedSources(dependencies.config), job);
      },
    },
  ],
});
