// Makes the two widgets: one file each, with all that it needs. Written to dist/browser.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const here = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const target = path.join(here, 'dist/browser');

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
buildSync({
  entryPoints: ['careerometer', 'skillsometer'].map((name) => path.join(here, 'browser', `${name}.ts`)),
  outdir: target,
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022', 'chrome117', 'firefox115', 'safari16'],
  conditions: ['production'],
  legalComments: 'none',
  tsconfig: path.join(here, 'browser/tsconfig.json'),
});
