export { pay } from './service';
