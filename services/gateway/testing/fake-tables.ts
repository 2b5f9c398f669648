import { createHash } from 'node:crypto';
import { invalidArgument, LmiError } from '@lmi/kit';

/** One table of each dataset, in pieces of ten lines. */
const PIECE_LINES = 10;
const lines = [
  'code,value',
  ...Array.from({ length: 95 }, (_, at) => `c${String(at).padStart(2, '0')},${at / 4}`),
];
export const fakeTable = lines.map((line) => `${line}\r\n`).join('');
const bytes = Buffer.from(fakeTable);

/** Counts as the real ones do, over rows made up. */
export function fakeTables() {
  return {
    async describeTables() {
      const columns = [
        { name: 'code', number: false, key: true },
        { name: 'value', number: true, key: false },
      ];
      return { tables: [{ name: 'cell', columns, withheld: ['sentence'] }] };
    },
    async readTable({ table, offset }: { table: string; offset: number }) {
      if (table !== 'cell') throw new LmiError('invalid-argument', 'table', { field: 'table' });
      let end = 0;
      for (let line = 0; end <= offset && line < lines.length; line += PIECE_LINES) {
        end += Buffer.byteLength(`${lines.slice(line, line + PIECE_LINES).join('\r\n')}\r\n`);
      }
      return {
        data: bytes.subarray(offset, end),
        bytes: bytes.length,
        rows: lines.length - 1,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    },
    async compareReleases({ from, cursor }: { from: string; cursor: string }) {
      if (!from.startsWith('ashe-')) throw invalidArgument('from', `from: ashe has no release "${from}"`);
      if (cursor === '') {
        const before = '{"value":1}';
        const changed = {
          table: 'cell',
          kind: 'changed',
          key: '{"code":"c00"}',
          before,
          after: '{"value":2}',
        };
        return { changes: [changed], nextCursor: 'more' };
      }
      const key = '{"code":"c99"}';
      return {
        changes: [{ table: 'cell', kind: 'added', key, before: '', after: '{"value":3}' }],
        nextCursor: '',
      };
    },
  };
}
