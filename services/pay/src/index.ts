export { ashe } from './importers/ashe';
