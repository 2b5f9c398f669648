/** The port of advert sources. */
import type { NormalAdvert } from '../advert';

export interface AdvertQuery {
  /** '' for all. */
  readonly keywords: string;
  /** As the user wrote it; '' everywhere. */
  readonly location: string;
  /** Miles around the location. */
  readonly miles: number;
}

/** A source whose terms allow its adverts to be shown, not kept: it is asked when a request comes. */
export interface AskedSource {
  readonly name: string;
  /** The line that must be shown beside its adverts. */
  readonly attribution: string;
  /** The newest adverts for the query, as many as one call gives. @throws SourceError */
  search(query: AdvertQuery, signal: AbortSignal): Promise<NormalAdvert[]>;
}

/** A source whose adverts may be kept: it is read as a whole now and then. */
export interface StoredSource {
  readonly name: string;
  readonly attribution: string;
  /** All open adverts, page by page. @throws SourceError */
  pages(signal: AbortSignal): AsyncIterable<NormalAdvert[]>;
}

export type SourceTrouble =
  'no-answer' | 'refused' | 'too-many-calls' | 'redirected' | 'too-large' | 'not-understood';

/** What is wrong with a source. The text names the source and the trouble only: addresses hold keys. */
export class SourceError extends Error {
  constructor(
    readonly source: string,
    readonly trouble: SourceTrouble,
    detail: string,
    /** How long the source asks to be left alone, in milliseconds. */
    readonly waitMs?: number,
  ) {
    super(`${source}: ${trouble} (${detail})`);
    this.name = 'SourceError';
  }
}
