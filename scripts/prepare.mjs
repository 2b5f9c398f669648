// Brings a clone to the point where it can run: packages, generated code, compiled code. Plain JavaScript that
// any Node from 20 on runs; everything after it runs on the Node that the packages bring, where the machine's is
// too old for them. Each step is skipped when a stamp shows that nothing it depends on has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const PNPM = 'pnpm@12.21.0';
/** The lowest Node that current OpenTelemetry and better-sqlite3 support. */
const NEEDED = [22, 15];
const stampFile = path.join(root, 'node_modules', '.lmi-stamp.json');

/** Path of the Node that runs the program. */
export function nodeBinary() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const bundled = path.join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return process.execPath;
  throw new Error(
    `Node ${NEEDED.join('.')} or newer is needed on ${process.platform}-${process.arch} (this is ${process.versions.node}); ` +
      'on linux-x64 and linux-arm64 the project brings its own.',
  );
}

/** Environment in which `node` and the workspace's tools are found first. */
export function toolEnvironment() {
  const folders = [path.dirname(nodeBinary()), path.join(root, 'node_modules', '.bin')];
  return { ...process.env, PATH: [...folders, process.env.PATH].join(path.delimiter) };
}

/**
 * How the program is run. Answers are short-lived strings: a small young generation keeps their garbage in cache, and a
 * third of the memory free, at no cost in speed (measured with `npm run bench`).
 */
export const nodeArguments = ['--enable-source-maps', '--max-semi-space-size=8'];

/**
 * Settings of glibc's allocator, in whose heap the large buffers of making a search index would stay: it raises its
 * thresholds with every large block that is freed, unless they are set. Set, it would give back the end of the heap at
 * 128 kB free and fetch it again at the next answer.
 */
export const allocatorSettings = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '8388608',
};

/**
 * The arguments for a command. Imports stream their rows: without a bound the heap grows by half before it is collected. All
 * official files at once take no more than this.
 */
export function nodeArgumentsOf(command) {
  return command === 'import' ? [...nodeArguments, '--max-old-space-size=384'] : nodeArguments;
}

function run(step, command, args, env = process.env) {
  process.stderr.write(`${step} …\n`);
  const started = Date.now();
  const result = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error(`${step} failed (${command} ${args.join(' ')})`);
  process.stderr.write(`${step}: ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function* filesBelow(folder, accept) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (
      entry.name === 'node_modules' ||
      entry.name === 'dist' ||
      entry.name === 'gen' ||
      entry.name.startsWith('.')
    )
      continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file, accept);
    else if (accept(file)) yield file;
  }
}

function digest(files, content) {
  const hash = createHash('sha256').update(PNPM);
  for (const file of files) {
    hash.update(path.relative(root, file));
    if (content) hash.update(readFileSync(file));
    else {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${size}:${mtimeMs}`);
    }
  }
  return hash.digest('hex');
}

function members(...names) {
  return names.flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name)),
  );
}

/** What a package makes its browser files from, where it has any. */
function bundleSources(member) {
  if (!existsSync(path.join(member, 'scripts/bundle.mjs'))) return [];
  return [...filesBelow(member, (f) => /\.(ts|mjs|scss|css|svg|njk|md)$/.test(f))];
}

/** Installs, generates and compiles what is not up to date. */
export function prepare() {
  const stamp = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const save = () => {
    mkdirSync(path.dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, JSON.stringify(stamp));
  };

  const manifests = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'].map((f) => path.join(root, f));
  manifests.push(
    ...members('packages', 'services')
      .map((m) => path.join(m, 'package.json'))
      .filter(existsSync),
  );
  const installed = digest(manifests, true);
  if (stamp.installed !== installed) {
    run('Installing packages', 'npx', ['-y', PNPM, 'install', '--frozen-lockfile']);
    stamp.installed = installed;
    save();
  }

  const schemas = members('packages').flatMap((m) => [
    ...filesBelow(m, (f) => /\.(proto|prisma)$|buf\.gen\.yaml$/.test(f)),
  ]);
  const generated = digest([...schemas, path.join(root, 'scripts/generate.mjs')], true) + installed;
  const described = digest(
    ['docs/api/openapi.json', 'packages/client/generate.mjs'].map((f) => path.join(root, f)),
    true,
  );
  if (stamp.generated !== generated) {
    run('Generating code', nodeBinary(), ['scripts/generate.mjs'], toolEnvironment());
    stamp.generated = generated;
    stamp.described = described;
    delete stamp.built;
    save();
  }
  if (stamp.described !== described) {
    run(
      'Generating types of the client',
      nodeBinary(),
      ['scripts/generate.mjs', 'client'],
      toolEnvironment(),
    );
    stamp.described = described;
    save();
  }

  const sources = members('packages', 'services').flatMap((m) => [
    ...filesBelow(m, (f) => /\.(ts|sql|json)$/.test(f) && !f.includes(`${path.sep}test${path.sep}`)),
  ]);
  const built = digest(sources, false) + generated + described;
  const main = path.join(root, 'services/lmi/dist/main.js');
  if (stamp.built !== built || !existsSync(main)) {
    run(
      'Compiling',
      nodeBinary(),
      [path.join(root, 'node_modules/typescript/bin/tsc'), '-b'],
      toolEnvironment(),
    );
    stamp.built = built;
    save();
  }

  const pages = [
    ...filesBelow(path.join(root, 'docs'), (f) => f.endsWith('.md')),
    ...filesBelow(path.join(root, 'packages/occupations/evaluation'), (f) => f.endsWith('results.json')),
  ];
  const client = [...filesBelow(path.join(root, 'packages/client/src'), (f) => f.endsWith('.ts'))];
  const bundled =
    digest(
      [
        ...members('packages').flatMap(bundleSources),
        ...client,
        ...pages,
        path.join(root, 'scripts/bundle.mjs'),
      ],
      true,
    ) +
    installed +
    described;
  if (stamp.bundled !== bundled) {
    run(
      'Bundling what browsers load',
      nodeBinary(),
      [path.join(root, 'scripts/bundle.mjs')],
      toolEnvironment(),
    );
    stamp.bundled = bundled;
    save();
  }
  return main;
}
