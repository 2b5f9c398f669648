import { setTimeout as sleep } from 'node:timers/promises';
import { createReleaseStore, openDatabase } from '../src';

/** Commands for tests that need another process: each says how far it is, then goes on until it is killed. */
async function main([address, command, ...args]: string[]): Promise<void> {
  const db = await openDatabase(JSON.parse(address ?? '{}'));
  const say = (line: string) => process.stdout.write(`${line}\n`);
  switch (command) {
    case 'stage':
      await createReleaseStore(db).stage(
        {
          dataset: 'areas',
          edition: 'crashed',
          checksum: 'f'.repeat(64),
          sources: [],
          inputs: [],
          tables: ['area'],
        },
        async (sink) => {
          await sink.insert('area', ['code', 'name', 'type', 'parent'], endless(say));
          return { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
        },
      );
      break;
    case 'lock':
      await db.withLock(args[0] ?? '', 1000, async () => {
        say('held');
        await sleep(600_000);
      });
      break;
    case 'migrate':
      say(`applied ${(await db.migrate()).length}`);
      await db.close();
      break;
    default:
      throw new Error(`unknown command ${command}`);
  }
}

async function* endless(say: (line: string) => void): AsyncGenerator<(string | null)[]> {
  for (let i = 0; ; i++) {
    yield [`X${i}`, 'half', 'district', null];
    if (i === 5000) {
      say('staging');
      await sleep(600_000);
    }
  }
}

void main(process.argv.slice(2));
