export { areasImporter } from './areas';
export { plainEnglishImporter } from './plain-english';
export { socImporter } from './soc';
