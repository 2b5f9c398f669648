import { employment } from '@lmi/employment';
import type { DatasetImporter, DatasetService } from '@lmi/importing';
import { pay } from '@lmi/pay';
import { search } from '@lmi/search';

/**
 * The dataset services. A new dataset service is one line here; its datasets, rpc and releases follow from its
 * declaration. The gateway is the one target that is not a dataset service.
 */
export const datasetServices = [search, pay, employment] as unknown as readonly DatasetService[];

export const targetNames: readonly string[] = ['gateway', ...datasetServices.map((service) => service.name)];

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
