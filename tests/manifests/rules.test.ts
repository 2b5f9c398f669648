import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { configSchema, readConfig } from '@lmi/kit';
import { passwordNames } from '../../services/lmi/src/commands/secrets';
import { allocatorSettings, targetOptions } from '../../services/lmi/src/cluster/target';
import { targetNames } from '../../services/lmi/src/targets';
import {
  allowedPairs,
  configFiles,
  containersOf,
  objectsOf,
  overlays,
  pairTable,
  root,
  selects,
  workloadsOf,
  type Container,
  type KubeObject,
  type Labels,
  type Probe,
  type Selector,
  type Workload,
} from './objects';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const settings = Object.keys(configSchema.shape);

/** An environment as the kubelet fills it in, with made-up secrets. */
function environmentOf({ env = [] }: Container): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    const made = valueFrom?.secretKeyRef
      ? (addresses[valueFrom.secretKeyRef.key] ?? 'abc123')
      : valueFrom?.fieldRef
        ? 'replica-0'
        : (value ?? '');
    // As Kubernetes does: only what stands before it in the list is known.
    values[name] = made.replace(/\$\((\w+)\)/g, (text, other: string) => values[other] ?? text);
  }
  return values;
}

/** What an operator of the production overlay puts into lmi-addresses. */
const addresses: Record<string, string | undefined> = {
  replicas: 'mysql://r:p@10.1.1.2:3306/lmi',
};

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = objectsOf(overlay);
  const workloads = workloadsOf(objects);
  const ofKind = (kind: string) => objects.filter((object) => object.kind === kind);
  /** Containers that run our program, each with the pod it is in. */
  const program = workloads.flatMap((workload) =>
    containersOf(workload)
      .filter(({ command }) => command?.[0] === 'node')
      .map((container) => ({ workload, container })),
  );
  const lasting = workloads.filter(({ object }) => ['Deployment', 'StatefulSet'].includes(object.kind));
  const podsOf = (selector: Selector) => workloads.filter(({ labels }) => selects(selector, labels));
  const named = (kind: string, name: string): KubeObject | undefined =>
    ofKind(kind).find(({ metadata }) => metadata.name === name);

  it('runs every target of the program by its name, and none that is not there', () => {
    const started = program.flatMap(({ workload, container: { name, args } }) =>
      args?.[0] === 'start' ? [[name === 'lmi' ? workload.name : name, args[1]]] : [],
    );
    expect(started.map(([name]) => name).sort()).toEqual([...targetNames].sort());
    for (const [name, target] of started) expect(target).toBe(name);
  });

  it('starts the program as its image does', () => {
    const [, entryPoint] = /^ENTRYPOINT (\[.*\])$/m.exec(read('deploy/Dockerfile'))!;
    const [, folder] = /^WORKDIR (\/app)$/m.exec(read('deploy/Dockerfile'))!;
    for (const [name, value] of Object.entries(allocatorSettings)) {
      expect(read('deploy/Dockerfile')).toMatch(new RegExp(`^ENV .*\\b${name}=${value}\\b`, 'm'));
      expect(read('scripts/prepare.mjs')).toContain(`${name}: '${value}'`);
    }
    const [node, ...options] = JSON.parse(entryPoint!) as string[];
    expect(options).toEqual(expect.arrayContaining(targetOptions));
    for (const { container } of program) {
      const { command, args, workingDir } = container as Container & { workingDir: string };
      expect(workingDir).toBe(folder);
      expect(command![0]).toBe(node);
      expect(options).toEqual(expect.arrayContaining(command!.slice(1)));
      expect(command!.at(-1)).toBe(options.at(-1));
      if (args?.[0] === 'start') expect(command).toEqual(expect.arrayContaining(targetOptions));
    }
  });

  it('lies in one namespace, which refuses pods that are not restricted', () => {
    const [namespace] = ofKind('Namespace');
    expect(namespace!.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    for (const { kind, metadata } of objects)
      expect(metadata.namespace).toBe(kind === 'Namespace' ? undefined : namespace!.metadata.name);
  });

  it('has selectors that choose the pods of their own object, and of no other', () => {
    for (const { object, labels } of lasting) {
      const { selector } = object.spec as { selector: Selector };
      expect(selects(selector, labels)).toBe(true);
      expect(podsOf(selector)).toHaveLength(1);
    }
    for (const { metadata, spec } of ofKind('Service'))
      expect([metadata.name, podsOf({ matchLabels: spec.selector as Labels }).length]).toEqual([
        metadata.name,
        1,
      ]);
    for (const { metadata, spec } of [...ofKind('PodDisruptionBudget')]) {
      const chosen = podsOf(spec.selector as Selector);
      const shared = metadata.name === 'database' ? ['primary', 'replica'] : [metadata.name];
      expect(chosen.map(({ name }) => name)).toEqual(shared);
    }
    for (const { pod, labels } of lasting)
      for (const { labelSelector } of pod.topologySpreadConstraints ?? [])
        expect(selects(labelSelector, labels)).toBe(true);
  });

  it('leads each Service and each probe to a port of the container', () => {
    for (const { spec } of ofKind('Service')) {
      const [{ pod }] = podsOf({ matchLabels: spec.selector as Labels }) as [Workload];
      for (const { port, targetPort } of spec.ports as { port: number; targetPort: string }[]) {
        const found = pod.containers.flatMap(({ ports = [] }) => ports).filter((p) => p.name === targetPort);
        expect(found).toHaveLength(1);
        // nginx alone is asked at another port than it listens on, which a non-root user may not choose.
        if (targetPort !== 'http' || port !== 80) expect(found[0]!.containerPort).toBe(port);
      }
    }
    for (const workload of workloads) {
      for (const { ports = [], startupProbe, readinessProbe, livenessProbe } of containersOf(workload)) {
        const known = ports.flatMap(({ name, containerPort }) => [name, containerPort]);
        for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
          const port = probe?.grpc?.port ?? probe?.httpGet?.port ?? probe?.tcpSocket?.port;
          if (port !== undefined) expect(known).toContain(port);
        }
      }
    }
  });

  it('listens where its ports say', () => {
    for (const { workload, container } of program.filter((p) => p.container.args?.[0] === 'start')) {
      const config = readConfig(environmentOf(container));
      const portOf = (...names: string[]) =>
        container.ports!.find(({ name }) => names.includes(name))!.containerPort;
      expect(Number(config.LMI_METRICS_PORT)).toBe(portOf('metrics'));
      if (container.name === 'usage') expect(config.HOST).toBe('0.0.0.0');
      else {
        const address =
          workload.name === 'gateway' ? `${config.HOST}:${config.PORT}` : config.LMI_GRPC_ADDRESS;
        expect(address).toBe(`0.0.0.0:${portOf('grpc', 'http')}`);
      }
    }
    const conf = (objectName: string, file: string) => configFiles(objects, objectName)[file];
    expect(conf('nginx', 'server.conf')).toMatch(/^listen 8080;$/m);
    expect(conf('nginx', 'http.conf')).toContain('gateway-headless.NAMESPACE-DOMAIN:8080');
  });

  it('has three probes on each lasting container, of which liveness gives up last', () => {
    const patience = ({ periodSeconds = 10, failureThreshold = 3 }: Probe) =>
      periodSeconds * failureThreshold;
    for (const { pod } of lasting) {
      for (const { startupProbe, readinessProbe, livenessProbe } of pod.containers) {
        expect([startupProbe, readinessProbe, livenessProbe]).not.toContain(undefined);
        expect(patience(livenessProbe!)).toBeGreaterThan(patience(readinessProbe!));
        expect(patience(startupProbe!)).toBeGreaterThanOrEqual(patience(livenessProbe!));
      }
    }
  });

  it('has none that runs on beside another which that one would wait for', () => {
    const beside = lasting.flatMap(({ pod }) => pod.initContainers ?? []);
    expect(beside.map(({ name, restartPolicy }) => [name, restartPolicy])).toEqual([['usage', 'Always']]);
    for (const { startupProbe, readinessProbe, livenessProbe, lifecycle } of beside) {
      expect([startupProbe, readinessProbe, lifecycle]).toEqual([undefined, undefined, undefined]);
      expect(livenessProbe).toBeDefined();
    }
  });

  it('counts the log that each nginx writes, under the name of its pod, and bounds it', () => {
    const { pod } = workloads.find(({ name }) => name === 'nginx')!;
    const [nginx, usage] = [pod.containers[0]!, pod.initContainers![0]!];
    const logs = configFiles(objects, 'nginx')['http.conf']!.matchAll(/^access_log (\S+)/gm);
    const file = [...logs].map(([, name]) => name!).find((name) => !name.startsWith('/dev/'))!;
    expect(usage.env).toContainEqual({ name: 'LMI_ENTRANCE_LOG', value: file });
    expect(usage.env).toContainEqual({
      name: 'LMI_ENTRANCE_NAME',
      valueFrom: { fieldRef: expect.objectContaining({ fieldPath: 'metadata.name' }) },
    });
    const mountOf = ({ volumeMounts }: Container) =>
      volumeMounts!.find(({ mountPath }) => mountPath === path.dirname(file))!;
    expect(mountOf(usage)).toEqual({ ...mountOf(nginx), readOnly: true });
    const volume = pod.volumes!.find(({ name }) => name === mountOf(nginx).name)!;
    const [, bytes] = /LMI_NGINX_LOG_BYTES:=(\d+)/.exec(read('infra/nginx/start.sh'))!;
    const { sizeLimit } = volume.emptyDir as { sizeLimit: string };
    // Two parts and what is written between two looks.
    expect(Number(sizeLimit.replace('Mi', '')) * 2 ** 20).toBeGreaterThanOrEqual(3 * Number(bytes));
    // The database's password is not nginx's to know.
    expect(nginx.env!.map(({ name }) => name)).not.toContain('LMI_COUNTER_PASSWORD');
  });

  it('bounds what each container takes', () => {
    for (const { resources, imagePullPolicy } of workloads.flatMap(containersOf)) {
      expect(resources).toEqual({
        requests: { cpu: expect.anything(), memory: expect.anything() },
        limits: { cpu: expect.anything(), memory: expect.anything() },
      });
      expect(imagePullPolicy).toBe('IfNotPresent');
    }
  });

  it('keeps to the restricted profile, without a writable image, a token or the addresses of others', () => {
    for (const workload of workloads) {
      const { pod } = workload;
      expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        runAsGroup: expect.any(Number),
        fsGroup: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.securityContext!.runAsUser).toBeGreaterThan(0);
      for (const { securityContext } of containersOf(workload)) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
      for (const volume of pod.volumes ?? []) {
        const { name: _, ...kind } = volume;
        expect(['configMap', 'emptyDir', 'persistentVolumeClaim']).toContain(Object.keys(kind)[0]);
      }
      expect(named('ServiceAccount', pod.serviceAccountName!)).toMatchObject({
        automountServiceAccountToken: false,
      });
    }
  });

  it('mounts volumes that are there, and runs scripts that are in them', () => {
    for (const workload of workloads) {
      const claims = ((workload.object.spec.volumeClaimTemplates ?? []) as KubeObject[]).map(
        (c) => c.metadata.name,
      );
      const volumes = workload.pod.volumes ?? [];
      for (const { volumeMounts = [], command = [], ...container } of containersOf(workload)) {
        const mounted = new Map(volumeMounts.map(({ name, mountPath }) => [mountPath, name]));
        for (const name of mounted.values())
          expect([...claims, ...volumes.map((v) => v.name)]).toContain(name);
        const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
        for (const words of [command, ...probes.map((probe) => probe?.exec?.command ?? [])]) {
          const script = words[0] === 'sh' ? words[1]! : undefined;
          if (script === undefined) continue;
          const volume = volumes.find(({ name }) => name === mounted.get(path.dirname(script)));
          expect(named('ConfigMap', volume!.configMap!.name)!.data).toHaveProperty([path.basename(script)]);
        }
      }
      for (const { configMap, persistentVolumeClaim } of volumes) {
        if (configMap) expect(named('ConfigMap', configMap.name)).toBeDefined();
        if (persistentVolumeClaim)
          expect(named('PersistentVolumeClaim', persistentVolumeClaim.claimName)).toBeDefined();
      }
    }
  });

  it('asks for secrets that `lmi secrets` makes, that need not be there, or that production names', () => {
    const wanted = workloads
      .flatMap(containersOf)
      .flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []));
    for (const { name, key, optional } of wanted) {
      if (name === 'lmi-passwords') expect(passwordNames).toContain(key);
      else if (name === 'lmi-addresses') expect(overlay).toBe('production');
      else expect(optional).toBe(true);
    }
    const passwords = new Set(wanted.filter(({ name }) => name === 'lmi-passwords').map(({ key }) => key));
    expect([...passwords].sort()).toEqual(
      overlay === 'production' ? ['limits', 'systems'] : [...passwordNames].sort(),
    );
  });

  it('gives the program settings that it knows and takes', () => {
    for (const { container } of program) {
      const values = environmentOf(container);
      const text = JSON.stringify(container.env);
      for (const name of Object.keys(values)) {
        if (!settings.includes(name) && name !== 'NODE_ENV') expect(text).toContain(`$(${name})`);
      }
      for (const value of Object.values(values)) expect(value).not.toContain('$(');
      readConfig(values);
    }
  });

  it('gives each process no more than its work needs', () => {
    const userOf: Record<string, string | undefined> = {
      migrate: 'migrator',
      load: 'writer',
      worker: 'writer',
      gateway: undefined,
      usage: 'counter',
    };
    for (const { workload, container } of program) {
      const { valueFrom, value = '' } = container.env!.find(({ name }) => name === 'LMI_DATABASE_URL') ?? {};
      const user = valueFrom?.secretKeyRef?.key ?? /lmi_(\w+):/.exec(value)?.[1];
      const role = container.name === 'lmi' ? workload.name : container.name;
      expect([role, user]).toEqual([role, role in userOf ? userOf[role] : 'reader']);
    }
  });

  it('lets through exactly what the addresses in its settings need, and the table says', () => {
    const pairs = allowedPairs(objects);
    const needed = new Set<string>();
    for (const workload of workloads) {
      for (const container of containersOf(workload)) {
        for (const [name, value] of Object.entries(environmentOf(container))) {
          for (const [host, port] of addressesIn(name, value)) {
            if (host.startsWith('10.')) continue;
            const service = named('Service', host.split('.').at(-1)!);
            expect([name, host, service?.metadata.name]).toEqual([name, host, host.split('.').at(-1)]);
            expect((service!.spec.ports as { port: number }[]).map((p) => p.port)).toContain(port);
            const [to] = podsOf({ matchLabels: service!.spec.selector as Labels });
            needed.add(`${workload.name} > ${to!.name}:${port}`);
          }
        }
      }
    }
    const inside = pairs.filter(
      ({ from, to }) => from !== 'anyone' && workloads.some(({ name }) => name === to),
    );
    const allowed = new Set(inside.map(({ from, to, port }) => `${from} > ${to}:${port}`));
    // Asked by name, not by a setting: nginx its gateways. All but gateway, vacancies and worker know peers they never call.
    needed.add('nginx > gateway:8080');
    const never = [...needed].filter(
      (pair) => /:50051$/.test(pair) && !/^(gateway|(vacancies|worker) > search)/.test(pair),
    );
    for (const pair of never) needed.delete(pair);
    expect([...allowed].sort()).toEqual([...needed].sort());
    expect(pairs.filter(({ from }) => from === 'anyone')).toEqual([
      { from: 'anyone', to: 'nginx', port: 8080 },
    ]);
    expect(read('k8s/README.md')).toContain(`### ${overlay}\n\n${pairTable(objects)}\n`);
  });

  it('scales what is there, from at least two', () => {
    const scaled = ofKind('HorizontalPodAutoscaler').map(({ metadata, spec }) => {
      expect(named(spec.scaleTargetRef.kind as string, spec.scaleTargetRef.name as string)).toBeDefined();
      expect(spec.scaleTargetRef.name).toBe(metadata.name);
      expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
      expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas as number);
      return metadata.name;
    });
    expect(scaled.sort()).toEqual(targetNames.filter((name) => !['worker', 'usage'].includes(name)).sort());
    // A number there would undo the autoscaler's at each apply.
    for (const name of scaled) expect(named('Deployment', name)!.spec.replicas).toBeUndefined();
  });

  it('never holds up a drain, and never lets one take two of a kind', () => {
    for (const { labels } of lasting) {
      // A pod that two budgets choose cannot be evicted at all.
      const budgets = ofKind('PodDisruptionBudget').filter(({ spec }) =>
        selects(spec.selector as Selector, labels),
      );
      expect(budgets).toHaveLength(1);
      const budget = budgets[0]!.spec as Record<string, unknown>;
      expect(budget).toMatchObject({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
      expect(budget).not.toHaveProperty('minAvailable');
    }
  });

  it('replaces pods without a gap, and gives each the time that its stop takes', () => {
    for (const { object, pod, name } of lasting) {
      if (object.kind === 'Deployment')
        expect(object.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
      for (const container of pod.containers) {
        const sleep = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
        if (object.kind === 'Deployment' && name !== 'worker') expect(sleep).toBeGreaterThan(5);
        const { LMI_DRAIN_MS, LMI_JOB_STOP_MS } = readConfig(
          name === 'nginx' || object.kind === 'StatefulSet' ? {} : environmentOf(container),
        );
        // Requests or calls in flight 10 s, or a job and its way back 6 s; then pools.
        const stop = name === 'worker' ? LMI_JOB_STOP_MS / 1000 + 6 : LMI_DRAIN_MS / 1000 + 10;
        expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(sleep + stop + 5);
      }
    }
  });

  it('migrates and loads in one Job', () => {
    const [job] = ofKind('Job');
    const pod = job!.spec.template.spec as { initContainers: Container[]; containers: Container[] };
    expect(pod.initContainers[0]!.args?.[0]).toBe('migrate');
    expect(pod.containers[0]!.args).toEqual(['import', '--all', '--only-new']);
  });

  if (overlay !== 'production') {
    it('names every replica of the database to those who read, copy and back up', () => {
      const { replicas } = named('StatefulSet', 'replica')!.spec as { replicas: number };
      const hosts = Array.from({ length: replicas }, (_, i) => `replica-${i}.replica`);
      for (const container of workloads.flatMap(containersOf)) {
        const env = environmentOf(container);
        if (env.LMI_REPLICA_URL) {
          const named = env.LMI_REPLICA_URL.split(',').map((url) => new URL(url).hostname);
          expect(named).toEqual(hosts);
        }
        if (env.LMI_REPLICA_HOSTS) expect(env.LMI_REPLICA_HOSTS.split(' ')).toEqual(hosts);
        if (env.LMI_BACKUP_HOSTS)
          expect(env.LMI_BACKUP_HOSTS.split(' ').sort()).toEqual(['primary', ...hosts].sort());
      }
    });

    it('gives servers the very files of infra/', () => {
      const files = { ...configFiles(objects, 'database'), ...configFiles(objects, 'redis') };
      for (const [name, text] of Object.entries(files)) {
        if (name !== 'start.sh')
          expect([
            read(`infra/database/${name}`.replace(/database\/(cache|queue)\.conf/, 'redis/$1.conf')),
          ]).toEqual([text]);
      }
      expect(configFiles(objects, 'nginx')['nginx.conf']).toBe(read('infra/nginx/nginx.conf'));
    });
  }
});

/** host and port of everything that a setting names. */
function addressesIn(name: string, value: string): [string, number][] {
  if (name === 'LMI_PRIMARY_HOST') return [[value, 3306]];
  if (name === 'LMI_STATUS_TARGETS')
    return [...value.matchAll(/=([\w-]+):(\d+)/g)].map(([, host, port]) => [host!, Number(port)]);
  if (name === 'LMI_REPLICA_HOSTS' || name === 'LMI_BACKUP_HOSTS')
    return value.split(' ').map((host) => [host, 3306]);
  return [...value.matchAll(/(?:@|:\/\/\/?)([a-z][\w.-]*):(\d+)/g)].map(([, host, port]) => [
    host!,
    Number(port),
  ]);
}

describe('the local overlay and deploy/compose.yaml', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, { image: string; environment?: Record<string, string> }>>;
  };
  const workloads = workloadsOf(objectsOf('local'));

  it('run the same servers and targets, from the same images', () => {
    const inCompose = Object.entries(compose.services).filter(
      ([name]) => !['migrate', 'load'].includes(name),
    );
    const inPods = workloads
      .filter(({ name }) => name !== 'setup')
      .flatMap(({ name, pod }) => [
        [name, pod.containers[0]!.image],
        ...(pod.initContainers ?? []).map((container) => [container.name, container.image]),
      ]);
    expect(inPods.sort()).toEqual(inCompose.map(([name, { image }]) => [name, image]).sort());
  });

  it('give targets the same settings', () => {
    // What the image says, what a pod alone has, and the addresses, which the table of pairs is checked by.
    const own = [
      'HOST',
      'PORT',
      'LMI_GRPC_ADDRESS',
      'LMI_AWAIT_DATA',
      'LMI_ADDRESS_LIMIT',
      'LMI_METRICS_PORT',
      'LMI_STATUS_TARGETS',
      'LMI_ENTRANCE_NAME',
    ];
    const targets = workloads.flatMap((workload) =>
      containersOf(workload).map((container): [string, Container] => [
        container.name === 'usage' ? 'usage' : workload.name,
        container,
      ]),
    );
    for (const [name, container] of targets.filter(([name]) => targetNames.includes(name))) {
      const mine = environmentOf(container);
      const theirs = compose.services[name]!.environment!;
      const names = (values: Record<string, string>) =>
        Object.keys(values)
          .filter((key) => settings.includes(key) && !own.includes(key))
          .sort();
      expect(names(mine)).toEqual(names(theirs));
      for (const key of names(theirs)) {
        if (/^[^$:]+$/.test(theirs[key]!)) expect(mine[key]).toBe(theirs[key]);
      }
    }
  });
});
