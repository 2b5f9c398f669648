import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

export const root = path.resolve(__dirname, '../..');
export const overlays: readonly string[] = readdirSync(path.join(root, 'k8s/overlays')).sort();

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

export interface Probe {
  readonly grpc?: { port: number };
  readonly httpGet?: { path: string; port: number | string };
  readonly tcpSocket?: { port: number | string };
  readonly exec?: { command: readonly string[] };
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef?: { name: string; key: string; optional?: boolean };
    readonly fieldRef?: { fieldPath: string };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** Of an init container: it runs on beside the others. */
  readonly restartPolicy?: 'Always';
  readonly imagePullPolicy?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { seconds: number } } };
  readonly resources?: { readonly requests?: Labels; readonly limits?: Labels };
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly volumeMounts?: readonly { name: string; mountPath: string; readOnly?: boolean }[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly enableServiceLinks?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    name: string;
    configMap?: { name: string };
    emptyDir?: object;
    persistentVolumeClaim?: { claimName: string };
  }[];
  readonly topologySpreadConstraints?: readonly { labelSelector: Selector; whenUnsatisfiable: string }[];
}

export interface PolicyRule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { protocol: string; port: number }[];
}

export interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { cidr: string };
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly data?: Labels;
  // Each kind has its own; the schema has been checked before anything here is read.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec?: any;
}

/** A pod as one of the objects makes it. */
export interface Workload {
  readonly object: KubeObject;
  /** What its pods are known as: the label that policies and Services choose by. */
  readonly name: string;
  readonly labels: Labels;
  readonly pod: PodSpec;
}

export function renderedFile(overlay: string): string {
  return path.join(root, 'k8s/rendered', `${overlay}.yaml`);
}

export function readObjects(text: string): KubeObject[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as KubeObject;
  });
}

export function objectsOf(overlay: string): KubeObject[] {
  return readObjects(readFileSync(renderedFile(overlay), 'utf8'));
}

/** What kustomize makes of a folder of k8s/ now. */
export function renderFolder(folder: string): string {
  return execFileSync(process.execPath, [path.join(__dirname, 'render.mjs'), '--print', folder], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export function workloadsOf(objects: readonly KubeObject[]): Workload[] {
  return objects.flatMap((object) => {
    const template =
      object.kind === 'CronJob'
        ? object.spec.jobTemplate.spec.template
        : ['Deployment', 'StatefulSet', 'Job'].includes(object.kind)
          ? object.spec.template
          : undefined;
    if (!template) return [];
    const labels = template.metadata.labels as Labels;
    return [{ object, name: labels['app.kubernetes.io/name']!, labels, pod: template.spec as PodSpec }];
  });
}

export function containersOf({ pod }: Workload): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

export function selects(selector: Selector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`operator ${operator}`);
      return values!.includes(labels[key]!);
    })
  );
}

/** The configuration of a ConfigMap's files, by the name without the hash that kustomize adds. */
export function configFiles(objects: readonly KubeObject[], name: string): Labels {
  const found = objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name.startsWith(`${name}-`));
  if (!found?.data) throw new Error(`no ConfigMap ${name}`);
  return found.data;
}

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** What the policies together let through: between pods where both ends agree, and to and from outside. */
export function allowedPairs(objects: readonly KubeObject[]): Pair[] {
  const policies = objects.filter((object) => object.kind === 'NetworkPolicy');
  const pods = workloadsOf(objects);
  const rulesOf = (direction: 'Ingress' | 'Egress', labels: Labels): PolicyRule[] | undefined => {
    const own = policies.filter(
      ({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector, labels),
    );
    // Whoever is chosen by no policy is open to all.
    if (own.length === 0) return undefined;
    return own.flatMap(({ spec }) => spec[direction.toLowerCase()] ?? []);
  };
  const admits = (rules: PolicyRule[] | undefined, peer: Labels, port: number) =>
    rules === undefined ||
    rules.some(
      ({ from, to, ports }) =>
        (ports === undefined || ports.some((p) => p.port === port && p.protocol === 'TCP')) &&
        ((from ?? to) === undefined ||
          (from ?? to)!.some(
            ({ podSelector, namespaceSelector }) =>
              podSelector && !namespaceSelector && selects(podSelector, peer),
          )),
    );
  const pairs: Pair[] = [];
  for (const to of pods) {
    for (const port of new Set(
      containersOf(to).flatMap(({ ports = [] }) => ports.map((p) => p.containerPort)),
    )) {
      const ingress = rulesOf('Ingress', to.labels);
      for (const from of pods) {
        if (admits(ingress, from.labels, port) && admits(rulesOf('Egress', from.labels), to.labels, port))
          pairs.push({ from: from.name, to: to.name, port });
      }
      if (
        ingress === undefined ||
        ingress.some((rule) => rule.from === undefined && rule.ports?.some((p) => p.port === port))
      )
        pairs.push({ from: 'anyone', to: to.name, port });
    }
  }
  for (const from of pods) {
    const rules = rulesOf('Egress', from.labels) ?? [{}];
    for (const { to, ports } of rules) {
      const outside = to?.filter(({ ipBlock }) => ipBlock) ?? [];
      for (const { ipBlock } of outside)
        for (const { port } of ports!) pairs.push({ from: from.name, to: ipBlock!.cidr, port });
      if (to === undefined && ports?.some((p) => p.port !== 53) !== false)
        pairs.push({ from: from.name, to: 'anyone', port: 0 });
    }
  }
  return pairs;
}

/** The pairs as the table of k8s/README.md has them, one row for each port of each pod. */
export function pairTable(objects: readonly KubeObject[]): string {
  const rows = new Map<string, Set<string>>();
  for (const { from, to, port } of allowedPairs(objects)) {
    const key = `${to} | ${port}`;
    rows.set(key, (rows.get(key) ?? new Set()).add(from));
  }
  return ['| to | port | from |', '| --- | --- | --- |']
    .concat([...rows].sort().map(([key, from]) => `| ${key} | ${[...from].sort().join(', ')} |`))
    .join('\n');
}
