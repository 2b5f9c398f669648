// `npm run lmi -- <command>`: prepares the clone and hands over to the program.
import { spawn } from 'node:child_process';
import { allocatorSettings, nodeArgumentsOf, nodeBinary, prepare, root } from './prepare.mjs';

const ORPHAN_CHECK_MS = 250;

export function runProgram(args) {
  let main;
  try {
    main = prepare();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  const child = spawn(nodeBinary(), [...nodeArgumentsOf(args[0]), main, ...args], {
    cwd: root,
    env: { ...allocatorSettings, ...process.env },
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to both processes; a supervisor's SIGTERM reaches only this one and is passed on.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => undefined);
  // npm runs this through a shell that dies of a SIGTERM without passing it on: then the parent is another.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, ORPHAN_CHECK_MS);
  orphaned.unref();
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

if (process.argv[1]?.endsWith('scripts/lmi.mjs')) {
  runProgram(process.argv.slice(2));
}
