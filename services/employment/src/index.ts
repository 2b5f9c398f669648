export { employmentImporter } from './importers/employment';
export { projectionsImporter } from './importers/projections';
export { apsImporter } from './importers/aps';
export { employmentEstimatesImporter } from './importers/employment-estimates';
