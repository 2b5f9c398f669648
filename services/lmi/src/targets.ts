import { courses } from '@lmi/courses';
import { employment } from '@lmi/employment';
import type { DatasetImporter, DatasetService, OutwardDependencies } from '@lmi/importing';
import type { ServiceDefinition } from '@lmi/kit';
import { pay } from '@lmi/pay';
import { search } from '@lmi/search';
import { vacancies } from '@lmi/vacancies';

/**
 * The dataset services. A new dataset service is one line here; its datasets, rpc and releases follow from its
 * declaration. The gateway, the worker and the usage counter are the targets that are none.
 */
export const datasetServices = [
  search,
  pay,
  employment,
  vacancies,
  courses,
] as unknown as readonly DatasetService<ServiceDefinition, OutwardDependencies>[];

export const targetNames: readonly string[] = [
  'gateway',
  ...datasetServices.map((service) => service.name),
  'worker',
  'usage',
];

/** Every dataset, each after the ones it depends on. @throws Error on an unknown or circular dependency. */
export function importersInOrder(): DatasetImporter[] {
  const byId = new Map(datasetServices.flatMap((s) => s.importers).map((i) => [i.card.id, i]));
  const order: DatasetImporter[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (id: string, from: string): void => {
    if (state.get(id) === 'done') return;
    const importer = byId.get(id);
    if (!importer) throw new Error(`dataset ${from} depends on ${id}, which no service declares`);
    if (state.get(id) === 'visiting') throw new Error(`dataset ${id} depends on itself through ${from}`);
    state.set(id, 'visiting');
    for (const dependency of importer.card.dependsOn) visit(dependency, id);
    state.set(id, 'done');
    order.push(importer);
  };
  for (const id of byId.keys()) visit(id, 'the list');
  return order;
}
