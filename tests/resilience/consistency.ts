import { createReleaseStore } from '@lmi/data';
import type { Database, Reader } from '@lmi/kit';

/** A dataset of nothing but its own release number: every mean of a release is the release's id. */
export const NUMBERED = 'numbered';
const TABLES = ['pay_cell'];
const CELLS = 20;

/** What one read saw. */
export interface Sight {
  /** Server and connection that it was made on. */
  readonly connection: string;
  readonly pointer: number;
  readonly values: readonly number[];
}

/** How a reader reads: the program's own way, or a wrong one. */
export type Look = () => Promise<Sight | undefined>;

export interface Verdict {
  readonly answers: number;
  readonly releases: number;
  readonly connections: number;
  readonly servers: number;
  /** Rows of a release that the pointer does not name, or fewer than that release has. */
  readonly mixed: number;
  /** On one connection an older release after a newer one. */
  readonly backwards: number;
}

/** Looks at every answer of every reader. */
export class Checker {
  private readonly newest = new Map<string, number>();
  private readonly seen = new Set<number>();
  private answers = 0;
  private mixed = 0;
  private backwards = 0;

  check({ connection, pointer, values }: Sight): void {
    this.answers += 1;
    this.seen.add(pointer);
    if (values.length !== CELLS || values.some((value) => value !== pointer)) this.mixed += 1;
    if (pointer < (this.newest.get(connection) ?? 0)) this.backwards += 1;
    else this.newest.set(connection, pointer);
  }

  get verdict(): Verdict {
    const { answers, mixed, backwards } = this;
    const connections = [...this.newest.keys()];
    const servers = new Set(connections.map((name) => name.split(' ')[0])).size;
    return { answers, releases: this.seen.size, connections: connections.length, servers, mixed, backwards };
  }
}

/** Publishes one more release through the release store. */
export async function publishNumbered(primary: Database): Promise<void> {
  const store = createReleaseStore(primary);
  const release = await store.stage(
    {
      dataset: NUMBERED,
      edition: 'test',
      checksum: `${process.hrtime.bigint().toString(16).slice(-8)}${'0'.repeat(56)}`,
      sources: [],
      inputs: [],
      tables: TABLES,
    },
    async (sink) => {
      const columns = ['classification', 'soc', 'measure', 'area', 'age', 'sex', 'working_pattern', 'year'];
      await sink.insert(
        'pay_cell',
        [...columns, 'mean', 'markers'],
        Array.from({ length: CELLS }, (_, i) => [
          ...['soc2020', String(i), 'weekly-pay', 'K02000001', 'all', 'all', 'all', 2025],
          ...[sink.releaseId, ''],
        ]),
      );
      return { rowsRead: CELLS, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
    },
  );
  await store.recordChecks(release, [{ name: 'numbered', passed: true, detail: '' }], TABLES);
  await store.publish(NUMBERED, release.version);
}

const pointerOf = (reader: Reader) =>
  reader.get<{ id: number; connection: string }>(
    `SELECT release_id AS id, CONCAT(@@server_id, ' ', CONNECTION_ID()) AS connection
     FROM release_pointer WHERE dataset = ?`,
    [NUMBERED],
  );

async function valuesOf(reader: Reader, release: number): Promise<number[]> {
  const rows = await reader.all<{ mean: number }>('SELECT mean FROM pay_cell WHERE release_id = ?', [
    release,
  ]);
  return rows.map(({ mean }) => mean);
}

/** As the program reads: pointer and rows on one connection. */
export function together(db: Database): Look {
  return () =>
    db.read(async (reader) => {
      const pointer = await pointerOf(reader);
      if (!pointer) return undefined;
      return {
        connection: pointer.connection,
        pointer: pointer.id,
        values: await valuesOf(reader, pointer.id),
      };
    });
}

/** The mistake that the checker must catch: the pointer from one server, the rows from another. */
export function apart(pointers: Database, rows: Database): Look {
  return async () => {
    const pointer = await pointers.read(pointerOf);
    if (!pointer) return undefined;
    const values = await rows.read((reader) => valuesOf(reader, pointer.id));
    return { connection: pointer.connection, pointer: pointer.id, values };
  };
}

/** Lets so many readers look until they are stopped. */
export function startReaders(look: Look, count: number, checker: Checker): () => Promise<void> {
  let going = true;
  const loops = Array.from({ length: count }, async () => {
    while (going) {
      const sight = await look();
      if (sight) checker.check(sight);
    }
  });
  return async () => {
    going = false;
    await Promise.all(loops);
  };
}
