import type { Database } from '@lmi/kit';
import { createApiKeyStore, hashOfKey } from '../src';
import { opener, type FreshDatabase } from './target';

/** Keys of the API on each engine. */
export function apiKeyConformance(name: string, fresh: FreshDatabase): void {
  describe(`API key conformance: ${name}`, () => {
    const { keep, closeAll } = opener();
    let db: Database;
    beforeAll(async () => {
      db = await keep((await fresh()).open());
    });
    afterAll(closeAll);

    it('shows a key once, stores its hash, and lists and revokes it by its id', async () => {
      const keys = createApiKeyStore(db);
      const { record, key } = await keys.create('  A school ', undefined);
      const other = await keys.create('An app', 5_000);
      expect(key).toMatch(/^lmi_[\da-f]{10}_[\w-]{32}$/);
      expect(record).toMatchObject({
        label: 'A school',
        perMinute: null,
        lastUsedDay: null,
        revokedAt: null,
      });
      const listed = await keys.list();
      expect(listed).toHaveLength(2);
      expect(listed).toEqual(expect.arrayContaining([record, other.record]));
      expect(JSON.stringify(listed)).not.toContain(key.split('_')[2]);
      expect(hashOfKey(key)).toBe(record.hash);
      const revoked = await keys.revoke(record.id);
      expect(revoked.revokedAt).toMatch(/^\d{4}-/);
      expect(await keys.revoke(record.id)).toEqual(revoked);
      await expect(keys.revoke('nothing')).rejects.toMatchObject({ code: 'not-found', field: 'id' });
    });

    it('notes the day of use, and never an earlier one', async () => {
      const keys = createApiKeyStore(db);
      const { record } = await keys.create('Used', undefined);
      const dayOf = async () => (await keys.list()).find(({ id }) => id === record.id)!.lastUsedDay;
      await keys.noteUse([], '2026-01-01');
      await keys.noteUse([record.id, 'unknown'], '2026-01-02');
      expect(await dayOf()).toBe('2026-01-02');
      await keys.noteUse([record.id], '2026-01-01');
      expect(await dayOf()).toBe('2026-01-02');
    });

    it.each(['', '   ', 'x'.repeat(201)])('refuses the label "%s"', async (label) => {
      await expect(createApiKeyStore(db).create(label, undefined)).rejects.toMatchObject({
        code: 'invalid-argument',
        field: 'label',
      });
    });
  });
}
