import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One file below /assets/: its name holds a hash of its content, so it may be kept for ever. */
export interface Asset {
  readonly contentType: string;
  /** Name below /assets/. */
  readonly file: string;
}

const built = path.resolve(__dirname, '../dist');

let manifest: Readonly<Record<string, Asset>> | undefined;

/** What scripts/bundle.mjs wrote, by the name that pages use: "site.css". */
function assets(): Readonly<Record<string, Asset>> {
  manifest ??= JSON.parse(readFileSync(path.join(built, 'assets.json'), 'utf8')) as Record<string, Asset>;
  return manifest;
}

/** @throws Error for a name that the bundle does not have. */
export function assetUrl(name: string): string {
  const asset = assets()[name];
  if (!asset) throw new Error(`the site has no asset ${name}`);
  return `/assets/${asset.file}`;
}

/** A file below /assets/, ready to be sent. */
export interface AssetFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The name is the present one: the file may be kept for ever. */
  readonly lasting: boolean;
}

/**
 * A file below /assets/. A name of another build, which a page made by another replica or kept by a browser asks for, gets
 * the present file, not to be kept. @returns undefined when there is none of this name.
 */
export function readAsset(file: string): AssetFile | undefined {
  const known = Object.entries(assets()).find(([name]) => stem(file) === name);
  if (!known) return undefined;
  const [, asset] = known;
  return {
    contentType: asset.contentType,
    bytes: readFileSync(path.join(built, 'assets', asset.file)),
    lasting: asset.file === file,
  };
}

/** "site.css" of "site.0123456789.css". */
function stem(file: string): string {
  return file.replace(/\.[\da-f]{10}(?=\.\w+$)/, '');
}
