// Generates what is derived: RPC codecs from the .proto files, Prisma clients from the models.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);

const gen = path.join(root, 'packages/contracts/src/gen');
rmSync(gen, { recursive: true, force: true });
mkdirSync(gen, { recursive: true });
execFileSync(bin('buf'), ['generate'], { cwd: path.join(root, 'packages/contracts'), stdio: 'inherit' });
