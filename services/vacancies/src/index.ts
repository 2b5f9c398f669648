export { vacancies } from './service';
