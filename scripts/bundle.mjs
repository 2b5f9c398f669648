// Makes the files that browsers load: runs the bundle script of each package that has one.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const packages = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../packages');
for (const name of readdirSync(packages)) {
  const script = path.join(packages, name, 'scripts/bundle.mjs');
  if (existsSync(script)) await import(pathToFileURL(script).href);
}
