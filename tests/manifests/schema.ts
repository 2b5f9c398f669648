import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { KubeObject } from './objects';

const { kinds, $defs } = JSON.parse(
  readFileSync(path.join(__dirname, 'kubernetes-1.32.schema.json'), 'utf8'),
) as { readonly kinds: Record<string, { $ref: string }>; readonly $defs: Record<string, object> };

const ajv = new Ajv({ allErrors: true, strict: false });
const validators = new Map<string, ValidateFunction>();

/** What Kubernetes 1.32 would not know or not take in an object, a line each. */
export function schemaErrors(object: KubeObject): string[] {
  const kind = `${object.apiVersion} ${object.kind}`;
  const type = kinds[kind];
  if (!type) return [`${kind} is no kind that is known here`];
  let validate = validators.get(kind);
  if (!validate) validators.set(kind, (validate = ajv.compile({ ...type, $defs })));
  validate(object as unknown);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${object.kind} ${object.metadata.name}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
