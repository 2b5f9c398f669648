// Makes what browsers load: one style sheet, one small script per kind of page, the icon. Names hold a hash of the
// content, so that they may be kept for ever. Written to dist/assets, listed in dist/assets.json.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { compile } from 'sass';
import { documents } from './documents.mjs';

const here = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const sources = path.join(here, 'assets');
const target = path.join(here, 'dist/assets');

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

function styleSheet() {
  const { css } = compile(path.join(sources, 'site.scss'), {
    style: 'compressed',
    importers: [
      {
        findFileUrl: (url) =>
          /^(govuk-frontend|accessible-autocomplete)\//.test(url)
            ? pathToFileURL(path.join(here, 'node_modules', url))
            : null,
      },
    ],
    logger: { warn: () => undefined },
  });
  return Buffer.from(css);
}

function scripts() {
  const { outputFiles } = buildSync({
    entryPoints: readdirSync(sources)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => path.join(sources, name)),
    outdir: target,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    write: false,
  });
  return outputFiles.map(({ path: file, contents }) => [path.basename(file), Buffer.from(contents)]);
}

const files = [
  ['site.css', styleSheet()],
  ...scripts(),
  ['favicon.svg', readFileSync(path.join(sources, 'favicon.svg'))],
];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const manifest = {};
for (const [name, content] of files) {
  const { name: stem, ext } = path.parse(name);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const file = `${stem}.${digest}${ext}`;
  writeFileSync(path.join(target, file), content);
  manifest[name] = { file, contentType: TYPES[ext], bytes: content.length };
}
writeFileSync(
  path.join(here, 'dist/documents.json'),
  JSON.stringify(documents(path.resolve(here, '../..'), path.join(here, 'content'))),
);
// What the search was last measured at: pages say nothing else.
copyFileSync(
  path.resolve(here, '../occupations/evaluation/results.json'),
  path.join(here, 'dist/accuracy.json'),
);
writeFileSync(path.join(here, 'dist/assets.json'), JSON.stringify(manifest, null, 2));
