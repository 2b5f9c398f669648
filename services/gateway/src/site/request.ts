import type { Answer } from '../http/answer';

/** What a page is made with: the API's own answers, and the time. */
export interface SiteTools {
  ask(url: string): Promise<Answer>;
  readonly publicUrl: string;
  /** Epoch of the release set. */
  readonly set: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A request for a page or a file of the site, before any work. */
export interface SiteRequest {
  /** Equal for all requests with equal answers. */
  readonly key: string;
  make(tools: SiteTools, etag: string): Promise<Answer>;
}
