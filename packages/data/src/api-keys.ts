import { hash, randomBytes } from 'node:crypto';
import { invalidArgument, notFound, type Database } from '@lmi/kit';

/** A key of the API as it is stored: what the key itself is, only its holder knows. */
export interface ApiKeyRecord {
  /** Names the key in lists and counts; the first part of the key. */
  readonly id: string;
  /** SHA-256 of the whole key, base64url. The key is random and long, so that a fast hash gives nothing away. */
  readonly hash: string;
  readonly label: string;
  /** Requests a minute; null: what is set for keys. */
  readonly perMinute: number | null;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** Day, UTC, on which a gateway last saw it; null: never. */
  readonly lastUsedDay: string | null;
  readonly revokedAt: string | null;
}

export interface ApiKeyStore {
  /** @returns the record, and the key: it cannot be had again. @throws LmiError invalid-argument for a label that is empty or too long. */
  create(label: string, perMinute: number | undefined): Promise<{ record: ApiKeyRecord; key: string }>;
  /** Oldest first, revoked ones too. */
  list(): Promise<ApiKeyRecord[]>;
  /** From now on the key is unknown; revoking again changes nothing. @throws LmiError not-found. */
  revoke(id: string): Promise<ApiKeyRecord>;
  /** Notes that the keys were used on a day, written only where that is new. */
  noteUse(ids: readonly string[], day: string): Promise<void>;
}

const LONGEST_LABEL = 200;
const COLUMNS =
  'id, hash, label, per_minute AS perMinute, created_at AS createdAt, last_used_day AS lastUsedDay, revoked_at AS revokedAt';

export function hashOfKey(key: string): string {
  return hash('sha256', key, 'base64url');
}

export function createApiKeyStore(db: Database): ApiKeyStore {
  return {
    async create(label, perMinute) {
      const text = label.trim();
      if (text === '' || text.length > LONGEST_LABEL)
        throw invalidArgument('label', `a label has 1 to ${LONGEST_LABEL} characters`);
      const id = randomBytes(5).toString('hex');
      const key = `lmi_${id}_${randomBytes(24).toString('base64url')}`;
      const record: ApiKeyRecord = {
        id,
        hash: hashOfKey(key),
        label: text,
        perMinute: perMinute ?? null,
        createdAt: new Date().toISOString(),
        lastUsedDay: null,
        revokedAt: null,
      };
      await db.write((writer) =>
        writer.run('INSERT INTO api_key (id, hash, label, per_minute, created_at) VALUES (?, ?, ?, ?, ?)', [
          id,
          record.hash,
          text,
          record.perMinute,
          record.createdAt,
        ]),
      );
      return { record, key };
    },
    list: () =>
      db.read((reader) => reader.all<ApiKeyRecord>(`SELECT ${COLUMNS} FROM api_key ORDER BY created_at, id`)),
    revoke: (id) =>
      db.write(async (writer) => {
        await writer.run('UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', [
          new Date().toISOString(),
          id,
        ]);
        const record = await writer.get<ApiKeyRecord>(`SELECT ${COLUMNS} FROM api_key WHERE id = ?`, [id]);
        if (!record) throw notFound(`there is no key ${id}; \`lmi key list\` shows all`, 'id');
        return record;
      }),
    async noteUse(ids, day) {
      if (ids.length === 0) return;
      const places = ids.map(() => '?').join(', ');
      await db.write((writer) =>
        writer.run(
          `UPDATE api_key SET last_used_day = ? WHERE id IN (${places}) AND (last_used_day IS NULL OR last_used_day < ?)`,
          [day, ...ids, day],
        ),
      );
    },
  };
}
