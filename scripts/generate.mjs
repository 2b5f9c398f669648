// Generates what is derived: RPC codecs from the .proto files, Prisma clients from the models, types of the client from
// the OpenAPI description. `generate.mjs client` makes the last alone.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

const node = (file) => execFileSync(process.execPath, [path.join(root, file)], { stdio: 'inherit' });

node('packages/client/generate.mjs');
if (process.argv[2] === 'client') process.exit(0);

const gen = path.join(root, 'packages/contracts/src/gen');
rmSync(gen, { recursive: true, force: true });
mkdirSync(gen, { recursive: true });
execFileSync(bin('buf'), ['generate'], { cwd: path.join(root, 'packages/contracts'), stdio: 'inherit' });

const data = path.join(root, 'packages/data');
for (const engine of ['sqlite', 'mysql']) {
  const schema = path.join(data, 'prisma/gen', engine);
  rmSync(schema, { recursive: true, force: true });
  rmSync(path.join(data, 'src/gen', engine), { recursive: true, force: true });
  mkdirSync(schema, { recursive: true });
  cpSync(path.join(data, 'prisma', `${engine}.prisma`), path.join(schema, 'head.prisma'));
  cpSync(path.join(data, 'prisma/models'), schema, { recursive: true });
  execFileSync(bin('prisma'), ['generate', '--schema', schema], {
    cwd: data,
    stdio: 'pipe',
    // Generating needs no schema engine; without the name of some file the tool would try to download it.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  });
}
