// `npm run accuracy [-- --check]`: prepares the clone and measures how well job titles are coded; see docs/accuracy.md.
import { spawnSync } from 'node:child_process';
import { nodeBinary, prepare, root } from './prepare.mjs';

prepare();
const args = ['packages/occupations/evaluation/run.mjs', ...process.argv.slice(2)];
process.exit(spawnSync(nodeBinary(), args, { cwd: root, stdio: 'inherit' }).status ?? 1);
