export { inlineJobs } from './inline';
