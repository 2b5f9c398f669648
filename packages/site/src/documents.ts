import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A text of docs/ or of this package's content/, made into HTML when the site was built. */
export interface Document {
  /** Address of the page. */
  readonly path: string;
  readonly title: string;
  /** First sentence, without markup. */
  readonly summary: string;
  readonly html: string;
}

let all: readonly Document[] | undefined;

/** What scripts/bundle.mjs made of the texts. */
export function documents(): readonly Document[] {
  all ??= JSON.parse(readFileSync(path.resolve(__dirname, '../dist/documents.json'), 'utf8')) as Document[];
  return all;
}

/** @throws Error when the bundle lacks it. */
export function documentAt(address: string): Document {
  const found = documents().find((document) => document.path === address);
  if (!found) throw new Error(`the site has no text for ${address}`);
  return found;
}
