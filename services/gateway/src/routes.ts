import type { Route } from './http/route';
import { apprenticeshipV1Routes } from './v1/apprenticeships';
import { asheRoutes } from './v1/ashe';
import { censusRoutes } from './v1/census';
import { essRoutes } from './v1/ess';
import { hesaRoutes } from './v1/hesa';
import { lfsRoutes } from './v1/lfs';
import { onetRoutes } from './v1/onet';
import { socRoutes } from './v1/soc';
import { vacancyRoutes as v1VacancyRoutes } from './v1/vacancies';
import { wfRoutes } from './v1/wf';
import { apprenticeshipRoutes } from './v2/apprenticeships';
import { areaFigureRoutes } from './v2/area-figures';
import { batchRoutes } from './v2/batch';
import { codingRoutes } from './v2/coding';
import { compareRoutes } from './v2/compare';
import { courseRoutes } from './v2/courses';
import { datasetRoutes } from './v2/datasets';
import { employmentRoutes } from './v2/employment';
import { occupationRoutes } from './v2/occupations';
import { filterRoutes } from './v2/filters';
import { payRoutes } from './v2/pay';
import { profileRoutes } from './v2/profile';
import { qualityRoutes } from './v2/quality';
import { queryRoutes } from './v2/query';
import { vacancyRoutes } from './v2/vacancies';
import { skillRoutes } from './v2/skills';
import { skillsShortageRoutes } from './v2/skills-shortages';
import { unemploymentRoutes } from './v2/unemployment';

/** Routes whose parameters choose figures: what can be asked of each is told, and asked by a tree of conditions. */
const figureRoutes: readonly Route[] = [
  ...payRoutes,
  ...employmentRoutes,
  ...unemploymentRoutes,
  ...skillsShortageRoutes,
  ...vacancyRoutes.filter(({ document }) => document.operationId !== 'searchAdverts'),
];

/** Every route of the API: the router, the OpenAPI description and the example tests are all made from this list. */
export const routes: readonly Route[] = [
  ...asheRoutes,
  ...socRoutes,
  ...wfRoutes,
  ...lfsRoutes,
  ...essRoutes,
  ...censusRoutes,
  ...v1VacancyRoutes,
  ...onetRoutes,
  ...hesaRoutes,
  ...apprenticeshipV1Routes,
  ...payRoutes,
  ...employmentRoutes,
  ...unemploymentRoutes,
  ...skillsShortageRoutes,
  ...areaFigureRoutes,
  ...profileRoutes,
  // Before /occupations/{code}, which would take it for a code.
  ...compareRoutes,
  ...codingRoutes,
  ...occupationRoutes,
  ...datasetRoutes,
  ...qualityRoutes,
  ...vacancyRoutes,
  ...skillRoutes,
  ...courseRoutes,
  ...apprenticeshipRoutes,
  ...batchRoutes,
  ...filterRoutes(figureRoutes),
  ...queryRoutes(figureRoutes),
];
