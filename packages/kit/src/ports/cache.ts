export type CacheKey = readonly (string | number)[];

/** The cache port: get or load, with single flight. Keys carry the release, so publishing invalidates nothing. */
export interface Cache {
  /**
   * The cached value, or the loader's, stored. Callers that ask while a load is under way share it. A failed load
   * is not stored. Values must be immutable: they are shared between callers.
   */
  through<T extends object>(key: CacheKey, load: () => Promise<T>): Promise<T>;
  /** Forgets everything; figures served afterwards are loaded anew. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
