export { employmentImporter } from './importers/employment';
export { projectionsImporter } from './importers/projections';
