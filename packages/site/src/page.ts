/** What the API answered to a call that a page made. */
export interface Reply {
  /** The call, as a reader can repeat it. */
  readonly url: string;
  readonly status: number;
  /** The JSON value of the answer, or of the problem. */
  readonly body: unknown;
}

/** What a page may use while it is made. */
export interface PageTools {
  /** A GET of an address of the API; never rejects. Pages have no other way to figures. */
  ask(url: string): Promise<Reply>;
  /** Address under which the site is reached, without a slash at its end: for lines to copy. */
  readonly publicUrl: string;
}

export interface PageRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface PageAnswer {
  /** 200 when left out. */
  readonly status?: number;
  /** "text/html; charset=utf-8" when left out. */
  readonly contentType?: string;
  readonly text: string;
  /** With a status of 301 or 302. */
  readonly location?: string;
}

/** One address of the site. */
export interface SitePage {
  /** With parameters in braces. */
  readonly path: string;
  /** Query parameters that the page reads; all others are ignored, and share its kept answer. */
  readonly parameters?: readonly string[];
  answer(request: PageRequest, tools: PageTools): Promise<PageAnswer> | PageAnswer;
}
