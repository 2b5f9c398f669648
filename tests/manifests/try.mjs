// Runs the pods of an overlay as containers of podman, on one machine without Kubernetes: a smoke test by hand of what each pod may do
// (user, read-only image, no capabilities, its volumes), of its command and settings, and of the names it asks for. One
// container a pod; probes, policies, autoscalers and rollouts are Kubernetes' own and are not here.
//   node tests/manifests/try.mjs up|down [--image name=image …]      (the images must be there; needs root)
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = path.resolve(import.meta.dirname, '../..');
const home = process.env.LMI_TRY_FOLDER ?? path.join(root, '.lmi', 'pods');
const [action, ...options] = process.argv.slice(2);
const images = new Map(options.filter((word) => word.includes('=')).map((word) => word.split('=')));
const objects = parseAllDocuments(readFileSync(path.join(root, 'k8s/rendered/local.yaml'), 'utf8')).map((d) =>
  d.toJS(),
);
const podman = (...args) =>
  execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const workloads = objects.filter(({ kind }) => ['StatefulSet', 'Job', 'Deployment'].includes(kind));
const nameOf = ({ kind, metadata }) => (kind === 'StatefulSet' ? `${metadata.name}-0` : metadata.name);

/** As an emptyDir is given to the group of its pod. */
function emptyDir(name, { fsGroup }) {
  const folder = path.join(home, name);
  mkdirSync(folder, { recursive: true });
  chownSync(folder, 0, fsGroup);
  chmodSync(folder, 0o2777);
  return folder;
}

function configMap(name) {
  const folder = path.join(home, name);
  mkdirSync(folder, { recursive: true });
  const { data } = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  for (const [file, text] of Object.entries(data)) writeFileSync(path.join(folder, file), text);
  return folder;
}

function environment(env, pod) {
  const values = {};
  for (const { name, value = '', valueFrom } of env) {
    if (valueFrom?.secretKeyRef?.optional) continue;
    const text = valueFrom?.secretKeyRef
      ? `${valueFrom.secretKeyRef.key}0123456789`
      : valueFrom
        ? pod
        : value;
    values[name] = text.replace(/\$\((\w+)\)/g, (_, other) => values[other]);
  }
  return Object.entries(values).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}

/** The names by which Services lead to a pod. */
function aliases({ template, metadata }, pod) {
  const services = objects.filter(
    ({ kind, spec }) =>
      kind === 'Service' &&
      Object.entries(spec.selector).every(([key, value]) => template.metadata.labels[key] === value),
  );
  return [...services.map((service) => service.metadata.name), `${pod}.${metadata.name}`].flatMap((name) => [
    '--network-alias',
    name,
  ]);
}

function containerArgs(workload, container, pod) {
  const { spec } = workload.spec.template;
  const folders = new Map(
    [...spec.volumes].map((volume) => [
      volume.name,
      volume.configMap
        ? configMap(volume.configMap.name)
        : emptyDir(`${pod}-${volume.name}`, spec.securityContext),
    ]),
  );
  const { runAsUser, runAsGroup } = spec.securityContext;
  return [
    ...[
      '--name',
      `lmi-${pod}`,
      '--network',
      'lmi',
      '--read-only',
      '--read-only-tmpfs=false',
      '--cap-drop=all',
    ],
    ...['--security-opt', 'no-new-privileges', '--user', `${runAsUser}:${runAsGroup}`, '--hostname', pod],
    ...['--memory', container.resources.limits.memory.replace('i', '').toLowerCase()],
    ...['--stop-timeout', String(spec.terminationGracePeriodSeconds)],
    ...container.volumeMounts.flatMap(({ name, mountPath, readOnly }) => [
      '--volume',
      `${folders.get(name)}:${mountPath}:${readOnly ? 'ro' : 'rw'}`,
    ]),
    ...aliases({ template: workload.spec.template, metadata: workload.metadata }, pod),
    ...environment(container.env ?? [], pod),
    ...['--entrypoint', JSON.stringify(container.command)],
    ...(container.workingDir ? ['--workdir', container.workingDir] : []),
    images.get(container.image.replace(/^.*\/|[:@].*$/g, '')) ?? container.image,
    ...(container.args ?? []),
  ];
}

function down() {
  for (const workload of workloads) {
    const names = ['', ...(workload.spec.template.spec.initContainers ?? []).map(({ name }) => `-${name}`)];
    for (const name of names)
      spawnSync('podman', ['rm', '--force', '--time', '10', `lmi-${nameOf(workload)}${name}`], {
        stdio: 'ignore',
      });
  }
  spawnSync('podman', ['network', 'rm', '--force', 'lmi'], { stdio: 'ignore' });
  rmSync(home, { recursive: true, force: true });
}

if (action === 'down') down();
else if (action === 'up') {
  down();
  podman('network', 'create', 'lmi');
  for (const workload of workloads.filter(({ kind }) => kind !== 'Job')) {
    const pod = nameOf(workload);
    const port = pod === 'nginx' ? ['--publish', '127.0.0.1:30080:8080'] : [];
    const { containers, initContainers = [] } = workload.spec.template.spec;
    podman('run', '--detach', ...port, ...containerArgs(workload, containers[0], pod));
    // Those that run beside: of the pod's volumes, but with a network of their own.
    for (const container of initContainers) {
      const [name, value, ...more] = containerArgs(workload, container, pod);
      podman('run', '--detach', name, `${value}-${container.name}`, ...more);
    }
    process.stdout.write(`${pod} started\n`);
  }
  const [job] = workloads.filter(({ kind }) => kind === 'Job');
  for (const container of [...job.spec.template.spec.initContainers, ...job.spec.template.spec.containers]) {
    process.stdout.write(`${nameOf(job)}: ${container.name}\n`);
    podman('run', '--rm', ...containerArgs(job, container, nameOf(job)));
  }
  process.stdout.write('http://127.0.0.1:30080\n');
} else {
  process.stderr.write('up or down\n');
  process.exitCode = 2;
}
