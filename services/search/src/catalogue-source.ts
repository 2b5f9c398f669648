import { setImmediate as nextTurn } from 'node:timers/promises';
import { LmiError, type Database, type Log, type Reader, type ReferenceSource } from '@lmi/kit';
import {
  OccupationCoder,
  OccupationIndexBuilder,
  type IndexEntry,
  type OccupationIndex,
} from '@lmi/occupations';
import { Catalogue } from './catalogue';
import {
  readAbroadTitles,
  readGroups,
  readIndexEntries,
  readPairs,
  readPlainTexts,
  readPointers,
  type Pointers,
} from './queries';

/** How long a look at the pointers counts, in milliseconds. */
const checkMs = 250;
/** Index rows read and indexed in one go: some 20 ms, after which other work has its turn. */
const rowsPerTurn = 1_000;

export interface LoadedCatalogue {
  readonly catalogue: Catalogue;
  readonly index: OccupationIndex;
  readonly coder: OccupationCoder;
  /** Version of the release that the titles of O*NET came from; empty when there was none. */
  readonly linkRelease: string;
}

export interface CatalogueSource {
  /**
   * What serves now. The first call waits for it to be made; after a publication the one before serves on while the
   * new one is made.
   * @param pins versions to answer from: the catalogue of the last ones asked for is kept beside the present one.
   * @throws LmiError unavailable while dataset soc has no release.
   */
  get(pins?: readonly string[]): Promise<LoadedCatalogue>;
  /** The catalogue alone: at the start it is there a second before the search engine. @throws as get does. */
  catalogue(pins?: readonly string[]): Promise<Catalogue>;
  /** Resolves when what serves is what the pointers say; at once when that is so. Before anything is loaded it begins to load, and does not wait. */
  settled(): Promise<void>;
}

/** Keeps the catalogue and the search engine of the releases that serve, in the process. */
export function createCatalogueSource(db: Database, reference: ReferenceSource, log: Log): CatalogueSource {
  let loaded: LoadedCatalogue | undefined;
  let loadedKey = '';
  let loading: Promise<LoadedCatalogue> | undefined;
  let checking: Promise<LoadedCatalogue> | undefined;
  let checkedAt = -Infinity;
  /** Of the first load, resolved once its rows are read. */
  let rowsRead: (catalogue: Catalogue) => void = () => undefined;
  const early = new Promise<Catalogue>((resolve) => (rowsRead = resolve));
  let pinned: { readonly key: string; readonly catalogue: Promise<LoadedCatalogue> } | undefined;

  const load = (pointers: Pointers): Promise<LoadedCatalogue> => {
    loading ??= db
      .read((reader) => readCatalogue(reader, pointers, rowsRead))
      .then((next) => {
        loaded = next;
        loadedKey = keyOf(pointers);
        return next;
      })
      .finally(() => (loading = undefined));
    return loading;
  };

  const check = async (): Promise<LoadedCatalogue> => {
    let pointers: Pointers | undefined;
    try {
      pointers = await db.read(readPointers);
    } catch (error) {
      if (!loaded) throw error;
    }
    checkedAt = performance.now();
    if (pointers && keyOf(pointers) !== loadedKey) {
      const next = load(pointers);
      if (!loaded) return next;
      next.catch((error: unknown) =>
        log.error({ err: error }, 'occupations of the new release could not be loaded'),
      );
    }
    if (loaded) return loaded;
    throw new LmiError('unavailable', 'Occupations are not loaded yet: dataset soc has no release.');
  };

  const get = (): Promise<LoadedCatalogue> => {
    if (loaded && performance.now() - checkedAt < checkMs) return Promise.resolve(loaded);
    checking ??= check().finally(() => (checking = undefined));
    return checking;
  };

  const getPinned = async (pins: readonly string[]): Promise<LoadedCatalogue> => {
    const { releases } = await db.read((reader) => reference.read(reader, pins));
    const pointers = {
      soc: releases.get('soc')!,
      plain: releases.get('plain-english'),
      links: releases.get('onet-link'),
    };
    const key = keyOf(pointers);
    const present = await get();
    if (key === loadedKey) return present;
    if (pinned?.key !== key) {
      const catalogue = db.read((reader) => readCatalogue(reader, pointers));
      pinned = { key, catalogue };
      catalogue.catch(() => (pinned = undefined));
    }
    return pinned.catalogue;
  };

  return {
    get: (pins) => (pins?.length ? getPinned(pins) : get()),
    async catalogue(pins) {
      const whole = (pins?.length ? getPinned(pins) : get()).then(({ catalogue }) => catalogue);
      return pins?.length || loaded ? whole : Promise.race([whole, early]);
    },
    async settled() {
      if (!loaded) {
        // The first release has just been published, or is about to be: who searches first should not wait for the index.
        get().catch(() => undefined);
        return;
      }
      await (checking ?? check());
      await loading?.catch(() => undefined);
    },
  };
}

function keyOf({ soc, plain, links }: Pointers): string {
  return `${soc.id} ${plain?.id ?? ''} ${links?.id ?? ''}`;
}

async function readCatalogue(
  reader: Reader,
  { soc, plain, links }: Pointers,
  rowsRead: (catalogue: Catalogue) => void = () => undefined,
): Promise<LoadedCatalogue> {
  const groups = await readGroups(reader, soc.id);
  const pairs = await readPairs(reader, soc.id);
  const texts = plain ? await readPlainTexts(reader, plain.id) : [];
  const catalogue = new Catalogue(soc.version, groups, pairs, texts);
  const read: IndexEntry[][] = [];
  for (let after = -1; ;) {
    const entries = await readIndexEntries(reader, soc.id, after, rowsPerTurn);
    read.push(entries);
    catalogue.addTitles(entries);
    if (entries.length < rowsPerTurn) break;
    after = entries[entries.length - 1]!.seq;
    await nextTurn();
  }
  // All rows first: occupations can be told while the index, which takes a second, is made.
  rowsRead(catalogue);
  const builder = new OccupationIndexBuilder();
  builder.addGroups(catalogue.groups());
  while (read.length > 0) {
    builder.addEntries(read.shift()!);
    await nextTurn();
  }
  if (links) {
    for await (const titles of readAbroadTitles(reader, links.id)) {
      builder.addAbroad(titles);
      await nextTurn();
    }
  }
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done) {
      const linkRelease = links?.version ?? '';
      return { catalogue, index: step.value, coder: new OccupationCoder(step.value), linkRelease };
    }
    await nextTurn();
  }
}
