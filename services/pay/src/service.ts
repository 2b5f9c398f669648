import { PayServiceDefinition } from '@lmi/contracts';
import { defineDatasetService } from '@lmi/importing';
import { createHandlers } from './handlers';
import { ashe } from './importers/ashe';
import { payEstimates } from './importers/pay-estimates';

const importers = [ashe, payEstimates] as const;

/** Pay and hours of employees: the survey's tables, and estimates by region and by age made from them. */
export const pay = defineDatasetService({
  name: 'pay',
  definition: PayServiceDefinition,
  createHandlers: (dependencies) => createHandlers(dependencies, importers),
  importers,
});
