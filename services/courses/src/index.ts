export { courses } from './service';
