import { invalidArgument, LmiError, type Reader, type ReleaseSet } from '@lmi/kit';

/** Name of the parameter by which a caller pins releases, for errors. */
const FIELD = 'dataVersion';

interface PublishedRow {
  readonly id: number;
  readonly dataset: string;
  readonly version: string;
  readonly state: string;
  readonly inputs: string;
}

interface Published {
  readonly id: number;
  readonly dataset: string;
  readonly version: string;
  readonly isKept: boolean;
  readonly inputs: readonly string[];
}

/**
 * What serves a question that names releases: they in place of the present ones of their datasets. A derived dataset
 * brings the releases that it was computed from; one that is not named gives way to its newest release computed from
 * those that are, and is left out where there is none.
 * @throws LmiError invalid-argument for a release that was never published, two of one dataset, or two that do not
 * belong together; not-available for one whose rows are gone. Both name the valid versions.
 */
export async function pinnedReleases(
  reader: Reader,
  serving: ReleaseSet,
  pins: readonly string[],
): Promise<ReleaseSet> {
  const rows = await reader.all<PublishedRow>(
    `SELECT id, dataset, version, state, inputs FROM dataset_release WHERE published_at IS NOT NULL
     ORDER BY published_at DESC`,
  );
  const published = rows.map(({ id, dataset, version, state, inputs }): Published => {
    return { id, dataset, version, isKept: state !== 'retired', inputs: JSON.parse(inputs) as string[] };
  });
  const byVersion = new Map(published.map((release) => [release.version, release]));
  const pinned = new Map<string, Published>();
  for (const version of pins) {
    const release = keptRelease(published, byVersion, version);
    const other = pinned.get(release.dataset);
    if (other && other !== release) {
      throw invalidArgument(FIELD, `${FIELD}: ${other.version} and ${version} are of one dataset.`);
    }
    pinned.set(release.dataset, release);
  }
  for (const release of [...pinned.values()]) addInputs(release, byVersion, pinned);
  const set = new Map(serving);
  for (const { dataset, id, version } of pinned.values()) set.set(dataset, { id, version });
  follow(set, published, byVersion, pinned);
  return set;
}

function keptRelease(
  published: readonly Published[],
  byVersion: ReadonlyMap<string, Published>,
  version: string,
): Published {
  const release = byVersion.get(version);
  if (release?.isKept) return release;
  const kept = published.filter(({ isKept }) => isKept);
  const sameDataset = kept.filter(({ dataset }) => version.startsWith(`${dataset}-`));
  const validValues = (sameDataset.length > 0 ? sameDataset : kept).map((valid) => valid.version);
  const valid = `; kept are ${validValues.join(', ')}`;
  if (!release)
    throw invalidArgument(FIELD, `${FIELD}: there is no release "${version}"${valid}`, validValues);
  const message = `${FIELD}: the rows of ${version} are no longer kept${valid}`;
  throw new LmiError('not-available', message, { field: FIELD, validValues });
}

/** A derived release is read together with what it was computed from. */
function addInputs(
  { version: derived, inputs }: Published,
  byVersion: ReadonlyMap<string, Published>,
  pinned: Map<string, Published>,
): void {
  for (const version of inputs) {
    const input = byVersion.get(version);
    // One that is no longer kept has given way to the present one, pinned or not.
    if (!input?.isKept) continue;
    const other = pinned.get(input.dataset);
    if (other && other !== input) {
      throw invalidArgument(
        FIELD,
        `${FIELD}: ${derived} was computed from ${version}, not ${other.version}.`,
        [version],
      );
    }
    pinned.set(input.dataset, input);
    addInputs(input, byVersion, pinned);
  }
}

/** Replaces derived releases of the set that were computed from others than the pinned ones. */
function follow(
  set: Map<string, { readonly id: number; readonly version: string }>,
  published: readonly Published[],
  byVersion: ReadonlyMap<string, Published>,
  pinned: ReadonlyMap<string, Published>,
): void {
  const fits = ({ inputs }: Published) =>
    inputs.every((version) => {
      const dataset = byVersion.get(version)?.dataset;
      const own = dataset === undefined ? undefined : pinned.get(dataset);
      return own === undefined || own.version === version;
    });
  for (const [dataset, { version }] of [...set]) {
    const present = byVersion.get(version);
    if (!present || pinned.has(dataset) || fits(present)) continue;
    const other = published.find((release) => release.dataset === dataset && release.isKept && fits(release));
    if (other) set.set(dataset, { id: other.id, version: other.version });
    else set.delete(dataset);
  }
}
