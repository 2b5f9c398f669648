import { randomBytes } from 'node:crypto';
import { print } from './session';

/** What the servers of a cluster in Kubernetes ask for, by the keys that k8s/ names. */
export const passwordNames = [
  'root',
  'reader',
  'writer',
  'migrator',
  'counter',
  'replication',
  'cache',
  'queue',
  'limits',
  'systems',
] as const;

/** Hexadecimal, so that they may stand in addresses, in SQL and in configuration files as they are. */
const PASSWORD_BYTES = 18;

/** Prints a Secret with new passwords, for `kubectl create -f -`. Nothing is kept: who runs it again has others. */
export function secretsCommand({ namespace }: { readonly namespace: string }): void {
  print('apiVersion: v1');
  print('kind: Secret');
  print(`metadata: { name: lmi-passwords, namespace: ${namespace} }`);
  print('type: Opaque');
  print('stringData:');
  for (const name of passwordNames) print(`  ${name}: '${randomBytes(PASSWORD_BYTES).toString('hex')}'`);
}
