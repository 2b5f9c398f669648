/** How one request stands against the limit of its client. */
export interface Standing {
  readonly allowed: boolean;
  /** Requests that the client may still make at once, over all processes, as far as this one knows. */
  readonly remaining: number;
  /** Until more requests are free: those that have been longest in the window leave it. */
  readonly resetMs: number;
}

/**
 * The port of limits: how often a client may ask within a sliding window. In no window of the full length are more
 * requests allowed than the limit says, over all processes that share the adapter's store, to 2 %; a client that asks
 * without pause gets at least 98 % of it.
 */
export interface Limits {
  /** Length of the window. */
  readonly windowMs: number;
  /**
   * Counts one request. Nearly always answers at once, as every request of the API waits for it; never later than after
   * 50 ms, and never rejects: what cannot be counted is allowed.
   * @param client any text that stands for the client; it is kept no longer than the window.
   * @param limit requests in a window, the same for a client at each call.
   */
  take(client: string, limit: number): Standing | Promise<Standing>;
  /** The clients with the prefix that asked within about the last window, whichever process they asked. */
  active(prefix: string): Promise<string[]>;
  close(): Promise<void>;
}
