// Makes the types of the client from the OpenAPI description: src/gen/schema.ts, and the meanings of marks.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const here = path.dirname(fileURLToPath(import.meta.url));
const gen = path.join(here, 'src/gen');
const description = JSON.parse(readFileSync(path.join(here, '../../docs/api/openapi.json'), 'utf8'));

// The first API is for programs that were written against it; what is new is written against the second.
const without = (pattern, entries) =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => !pattern.test(name)));
description.paths = without(/^\/api\/v1\//, description.paths);
description.components.schemas = without(/^V1[A-Z]/, description.components.schemas);

/** The number of a cell gets a type of its own, which only readCell opens: see src/cell.ts. */
const SEALED = '#/components/schemas/Cell/value';

const cell = description.components.schemas.Cell;
if (!cell?.properties?.value) throw new Error('the description has no Cell with a value any more');

const types = await openapiTS(description, {
  inject: "import type { SealedValue } from '../sealed.ts';\n",
  transform(schema, { path: at }) {
    return at === SEALED ? ts.factory.createTypeReferenceNode('SealedValue') : undefined;
  },
});
const text = astToString(types);
if (!text.includes('value: SealedValue')) throw new Error('the value of a cell was not sealed');

const meanings = Object.fromEntries(
  cell.properties.marks.description.split('\n').map((line) => {
    const [mark, ...rest] = line.split(': ');
    return [mark, rest.join(': ')];
  }),
);
for (const mark of cell.properties.marks.items.enum) {
  if (!meanings[mark]) throw new Error(`the description gives no meaning of the mark ${mark}`);
}

mkdirSync(gen, { recursive: true });
const head = '// Made from docs/api/openapi.json by generate.mjs.\n';
writeFileSync(path.join(gen, 'schema.ts'), head + text);
writeFileSync(
  path.join(gen, 'marks.ts'),
  `${head}import type { components } from './schema.ts';\n\n/** What each mark means, in one English sentence. */\n` +
    `export const markMeanings: Readonly<Record<components['schemas']['Cell']['marks'][number], string>> = ${JSON.stringify(meanings, null, 2)};\n`,
);
