import { createApiKeyStore, type ApiKeyRecord, type ApiKeyStore } from '@lmi/data';
import { invalidArgument } from '@lmi/kit';
import { print, withData } from './session';

const MOST_PER_MINUTE = 10_000_000;

function withKeys(work: (keys: ApiKeyStore) => Promise<void>): Promise<void> {
  return withData(({ db }) => work(createApiKeyStore(db)));
}

/** Makes a key and shows it, this once. Only the key itself is on the standard output. */
export async function createKeyCommand(options: {
  readonly label: string;
  readonly limit?: string;
}): Promise<void> {
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 1 || limit > MOST_PER_MINUTE))
    throw invalidArgument('limit', `the limit must be a whole number from 1 to ${MOST_PER_MINUTE}`);
  await withKeys(async (keys) => {
    const { record, key } = await keys.create(options.label, limit);
    print(key);
    process.stderr.write(
      `Key ${record.id} for "${record.label}". It is not stored and cannot be shown again; gateways know it in 15 s.\n`,
    );
  });
}

function line({ id, label, perMinute, createdAt, lastUsedDay, revokedAt }: ApiKeyRecord): string {
  const state = revokedAt === null ? 'good' : `revoked ${revokedAt.slice(0, 10)}`;
  const limit = perMinute === null ? 'default' : `${perMinute}/min`;
  return `${id}  ${state.padEnd(18)}  ${limit.padEnd(12)}  created ${createdAt.slice(0, 10)}  used ${(lastUsedDay ?? 'never').padEnd(10)}  ${label}`;
}

export async function listKeysCommand(options: { readonly json?: boolean }): Promise<void> {
  await withKeys(async (keys) => {
    const all = await keys.list();
    if (options.json) {
      print(
        JSON.stringify(
          all.map(({ hash: _, ...shown }) => shown),
          undefined,
          2,
        ),
      );
      return;
    }
    for (const record of all) print(line(record));
  });
}

export async function revokeKeyCommand(id: string): Promise<void> {
  await withKeys(async (keys) => {
    const record = await keys.revoke(id);
    print(`${record.id} ("${record.label}") is revoked; gateways refuse it in 15 s`);
  });
}
