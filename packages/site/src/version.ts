import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

let version: string | undefined;

/** Changes whenever a page could look different for equal figures: part of every page's ETag. */
export function siteVersion(): string {
  if (version) return version;
  const hash = createHash('sha256');
  const built = path.resolve(__dirname, '../dist');
  for (const folder of [path.resolve(__dirname, '../templates'), built]) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /\.(njk|svg|js|json)$/.test(entry.name))
        hash.update(readFileSync(path.join(entry.parentPath, entry.name)));
    }
  }
  version = hash.digest('base64url').slice(0, 12);
  return version;
}
