import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMariadb } from '@lmi/data/testing';
import { datasetServices } from '../../services/lmi/src/targets';
import { outputMatching, runProgram, startProgram, type Program } from './program';

export interface RunningShape {
  readonly base: string;
  /** Settings under which `lmi` commands work on the same database. */
  readonly commandEnv: Record<string, string>;
  stop(): Promise<void>;
}

const LOAD_LIMIT_MS = 180_000;

/** The program as `npm start` runs it, on a database folder of its own. */
export async function startEmbeddedShape(
  env: Record<string, string> = {},
): Promise<RunningShape & { program: Program }> {
  const home = mkdtempSync(path.join(tmpdir(), 'lmi-embedded-'));
  const commandEnv = { LMI_HOME: home };
  const program = startProgram(['start'], { ...commandEnv, ...env });
  const port = await outputMatching(program, /serving on http:\/\/localhost:(\d+)/, LOAD_LIMIT_MS);
  return {
    base: `http://127.0.0.1:${port}`,
    commandEnv,
    program,
    async stop() {
      await program.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Two of each dataset service and a gateway, on MariaDB, over gRPC. */
export async function startClusterShape(): Promise<RunningShape> {
  const mariadb = await startMariadb();
  const programs: Program[] = [];
  try {
    const commandEnv = { LMI_DATABASE_URL: mariadb.migratorUrl };
    const loaded = await runProgram(['import', '--all'], commandEnv);
    if (loaded.code !== 0) throw new Error(`the data was not loaded:\n${loaded.output}`);
    const peers: string[] = [];
    for (const { name: service } of datasetServices) {
      const ports: string[] = [];
      for (let replica = 0; replica < 2; replica++) {
        const program = startProgram(['start', service], {
          LMI_DATABASE_URL: mariadb.readerUrl,
          LMI_GRPC_ADDRESS: '127.0.0.1:0',
          // A service calls only those before it in the list.
          LMI_PEERS: peers.join(','),
        });
        programs.push(program);
        ports.push(await outputMatching(program, /"port":(\d+)/, 30_000));
      }
      peers.push(`${service}=ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(',')}`);
    }
    const gateway = startProgram(['start', 'gateway'], { LMI_PEERS: peers.join(',') });
    programs.push(gateway);
    const port = await outputMatching(gateway, /"port":(\d+)/, 30_000);
    return {
      base: `http://127.0.0.1:${port}`,
      commandEnv,
      async stop() {
        for (const program of [...programs].reverse()) await program.stop();
        await mariadb.stop();
      },
    };
  } catch (error) {
    for (const program of programs) await program.stop();
    await mariadb.stop();
    throw error;
  }
}
