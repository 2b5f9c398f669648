/** What is compressed on the way keeps its tag as a weak one. */
export function strong(etag: string | null): string {
  return etag?.replace(/^W\//, '') ?? '';
}
