import type { OperationsServiceDefinition } from '@lmi/contracts';
import { invalidArgument, type Database, type Handlers } from '@lmi/kit';
import { listRecords, recordKinds } from '@lmi/operations';

/** Reads of what is kept of the operation, on whichever target has a database. */
export function operationsHandlers(db: Database): Handlers<typeof OperationsServiceDefinition> {
  return {
    async listRecords({ kinds, from }) {
      const asked = kinds.split(',');
      const known = recordKinds.filter((kind) => asked.includes(kind));
      if (known.length !== asked.length) throw invalidArgument('kinds', `kinds: "${kinds}"`, recordKinds);
      const records = await Promise.all(known.map((kind) => listRecords(db, kind, from)));
      return { records: records.flat() };
    },
  };
}
