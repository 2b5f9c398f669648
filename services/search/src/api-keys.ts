import { hash } from 'node:crypto';
import type { ListApiKeysReply, ListApiKeysRequest } from '@lmi/contracts';
import type { ApiKeyStore } from '@lmi/data';

/** The handler that tells gateways the keys; without their labels, which are nobody's business there. */
export function createApiKeyLister(
  store: ApiKeyStore,
): (request: ListApiKeysRequest) => Promise<ListApiKeysReply> {
  return async ({ revision: known }) => {
    const keys = (await store.list())
      .filter(({ revokedAt }) => revokedAt === null)
      .map((key) => ({ id: key.id, hash: key.hash, perMinute: key.perMinute ?? 0 }));
    const revision = hash('sha256', JSON.stringify(keys), 'base64url').slice(0, 16);
    return revision === known ? { revision, keys: [] } : { revision, keys };
  };
}
