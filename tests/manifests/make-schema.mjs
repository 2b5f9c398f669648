// Makes kubernetes-1.32.schema.json, the definitions of the kinds that k8s/ uses, from the API description of a cluster:
//   kubectl get --raw /openapi/v3/... or the project's published one; node tests/manifests/make-schema.mjs <file>
// Stricter than the original where a mistake would otherwise pass: an object with known fields has no others.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const kinds = {
  'v1 ConfigMap': 'core.v1.ConfigMap',
  'v1 Namespace': 'core.v1.Namespace',
  'v1 PersistentVolumeClaim': 'core.v1.PersistentVolumeClaim',
  'v1 Secret': 'core.v1.Secret',
  'v1 Service': 'core.v1.Service',
  'v1 ServiceAccount': 'core.v1.ServiceAccount',
  'apps/v1 Deployment': 'apps.v1.Deployment',
  'apps/v1 StatefulSet': 'apps.v1.StatefulSet',
  'autoscaling/v2 HorizontalPodAutoscaler': 'autoscaling.v2.HorizontalPodAutoscaler',
  'batch/v1 CronJob': 'batch.v1.CronJob',
  'batch/v1 Job': 'batch.v1.Job',
  'networking.k8s.io/v1 NetworkPolicy': 'networking.v1.NetworkPolicy',
  'policy/v1 PodDisruptionBudget': 'policy.v1.PodDisruptionBudget',
};

const source = JSON.parse(readFileSync(process.argv[2], 'utf8')).components.schemas;
const short = (name) => name.replace(/^io\.k8s\.(api\.|apimachinery\.pkg\.)?/, '').replace(/^(apis\.)/, '');
const wanted = new Map();

function convert(schema) {
  if (Array.isArray(schema)) return schema.map(convert);
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema.$ref) return reference(schema.$ref);
  if (schema.allOf?.length === 1) return convert(schema.allOf[0]);
  const result = {};
  for (const [key, value] of Object.entries(schema)) {
    if (['description', 'default', 'example'].includes(key) || key.startsWith('x-kubernetes-')) continue;
    if (key === 'properties') {
      const fields = Object.entries(value).filter(([name]) => name !== 'status');
      result.properties = Object.fromEntries(fields.map(([name, field]) => [name, convert(field)]));
      result.additionalProperties ??= false;
    } else result[key] = typeof value === 'object' ? convert(value) : value;
  }
  // Names of formats are Go's; a number is checked as a number.
  delete result.format;
  return result;
}

function reference($ref) {
  const name = $ref.replace('#/components/schemas/', '');
  if (!wanted.has(name)) {
    wanted.set(name, undefined);
    wanted.set(name, convert(source[name]));
  }
  return { $ref: `#/$defs/${short(name)}` };
}

const types = Object.fromEntries(
  Object.entries(kinds).map(([kind, name]) => [kind, reference(`#/components/schemas/io.k8s.api.${name}`)]),
);
const $defs = Object.fromEntries([...wanted].map(([name, schema]) => [short(name), schema]).sort());
const file = path.join(import.meta.dirname, 'kubernetes-1.32.schema.json');
writeFileSync(file, `${JSON.stringify({ kinds: types, $defs })}\n`);
