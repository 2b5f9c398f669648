/** Releases as the services tell them: the record of the store with the card of its dataset. */
import { LmiError, type QualityCount, type ReleaseRecord, type ReleaseStore } from '@lmi/kit';
import type { DatasetCard, DatasetImporter } from './dataset';

/** The fields of lmi.common.v1.Release; structurally typed, so that this package needs no generated code. */
export interface DescribedRelease {
  dataset: string;
  version: string;
  edition: string;
  state: string;
  title: string;
  publisher: string;
  licence: string;
  licenceUrl: string;
  attribution: string;
  sourceUrl: string;
  /** What a figure means. */
  description: string;
  /** Known limits, one sentence each. */
  caveats: string[];
  cadence: string;
  /** '' when not announced. */
  nextRelease: string;
  gaps: { what: string; why: string }[];
  quality: QualityCount[];
  sources: { name: string; sha256: string; bytes: number }[];
  checks: { name: string; passed: boolean; detail: string }[];
  inputs: string[];
  rowsRead: number;
  rowsLoaded: number;
  rowsRejected: number;
  valuesSuppressed: number;
  valuesMarked: number;
  /** ISO 8601, UTC. */
  stagedAt: string;
  /** ISO 8601, UTC; '' when the release was never published. */
  publishedAt: string;
  current: boolean;
}

export function describeRelease(
  record: ReleaseRecord,
  card: DatasetCard,
  withQuality = false,
): DescribedRelease {
  return {
    dataset: record.dataset,
    version: record.version,
    edition: record.edition,
    state: record.state,
    title: card.title,
    publisher: card.publisher,
    licence: card.licence,
    licenceUrl: card.licenceUrl,
    attribution: card.attribution,
    sourceUrl: card.sourceUrl,
    description: card.description,
    caveats: [...card.caveats],
    cadence: card.cadence,
    nextRelease: card.nextRelease ?? '',
    gaps: (card.gaps ?? []).map(({ what, why }) => ({ what, why })),
    quality: withQuality ? record.quality.map((count) => ({ ...count, marks: { ...count.marks } })) : [],
    sources: record.sources.map(({ name, sha256, bytes }) => ({ name, sha256, bytes })),
    checks: record.checks.map(({ name, passed, detail }) => ({ name, passed, detail })),
    inputs: [...record.inputs],
    rowsRead: record.rowsRead,
    rowsLoaded: record.rowsLoaded,
    rowsRejected: record.rowsRejected,
    valuesSuppressed: record.valuesSuppressed,
    valuesMarked: record.valuesMarked,
    stagedAt: record.stagedAt,
    publishedAt: record.publishedAt ?? '',
    current: record.current,
  };
}

export type ListReleases = (request: {
  dataset: string;
  currentOnly: boolean;
  withQuality?: boolean | undefined;
}) => Promise<{ releases: DescribedRelease[] }>;

/**
 * The ListReleases handler of a service: releases of the datasets that it owns, in the order of its importers.
 * The handler throws LmiError invalid-argument for a dataset of another service, with the valid ids.
 */
export function createReleaseLister(
  importers: readonly DatasetImporter[],
  dependencies: { readonly releases: Pick<ReleaseStore, 'list'> },
): ListReleases {
  const cards = importers.map(({ card }) => card);
  return async ({ dataset, currentOnly, withQuality }) => {
    const asked = dataset === '' ? cards : cards.filter(({ id }) => id === dataset);
    if (asked.length === 0) {
      const valid = cards.map(({ id }) => id);
      throw new LmiError(
        'invalid-argument',
        `dataset: unknown dataset "${dataset}"; one of ${valid.join(', ')}`,
        {
          field: 'dataset',
          validValues: valid,
        },
      );
    }
    // In one statement: every gateway asks twice a second which releases serve.
    const records = await dependencies.releases.list(
      asked.map(({ id }) => id),
      currentOnly ? 'current' : 'all',
    );
    const releases = asked.flatMap((card) =>
      records
        .filter((record) => record.dataset === card.id)
        .map((record) => describeRelease(record, card, withQuality)),
    );
    return { releases };
  };
}
