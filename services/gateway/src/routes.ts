import type { Route } from './http/route';
import { asheRoutes } from './v1/ashe';
import { socRoutes } from './v1/soc';
import { wfRoutes } from './v1/wf';
import { datasetRoutes } from './v2/datasets';
import { employmentRoutes } from './v2/employment';
import { occupationRoutes } from './v2/occupations';
import { payRoutes } from './v2/pay';
import { profileRoutes } from './v2/profile';
import { qualityRoutes } from './v2/quality';

/** Every route of the API: the router, the OpenAPI description and the example tests are all made from this list. */
export const routes: readonly Route[] = [
  ...asheRoutes,
  ...socRoutes,
  ...wfRoutes,
  ...payRoutes,
  ...employmentRoutes,
  ...profileRoutes,
  ...occupationRoutes,
  ...datasetRoutes,
  ...qualityRoutes,
];
