export { escoImporter } from './esco';
export { occupationSkillsImporter } from './occupation-skills';
export { onetImporter } from './onet';
export { onetLinkImporter } from './onet-link';
