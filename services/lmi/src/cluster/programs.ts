import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { environmentWith, LmiError } from '@lmi/kit';

/** Debian packages of the servers' programs. */
const packages: Readonly<Record<string, string>> = {
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  mariadb: 'mariadb-client',
  'mariadb-dump': 'mariadb-client',
  'redis-server': 'redis-server',
  nginx: 'nginx',
};

/** Servers are in sbin, which is not on every user's PATH. */
const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/usr/local/bin'];

/** Path of a server's program. @throws LmiError unavailable naming the Debian packages of all that are missing. */
export function findProgram(name: string): string {
  const found = find(name);
  if (found) return found;
  const missing = new Set(
    Object.entries(packages).flatMap(([program, debian]) => (find(program) ? [] : [debian])),
  );
  throw new LmiError(
    'unavailable',
    `${name} is not installed; on Debian: apt-get install ${[...missing].join(' ')}`,
  );
}

function find(name: string): string | undefined {
  const onPath = (environmentWith({}).PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return [...onPath, ...FOLDERS].map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Runs a program to its end. @returns its output. @throws LmiError unavailable with what it wrote. */
export async function run(name: string, args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(findProgram(name), [...args]);
  running.child.stdin?.on('error', () => undefined).end(input);
  try {
    return (await running).stdout;
  } catch (cause) {
    const { stderr = '', stdout = '' } = cause as { stderr?: string; stdout?: string };
    throw new LmiError('unavailable', `${name} failed: ${(stderr || stdout).trim()}`, { cause });
  }
}

/** The text of a file with each ${NAME} replaced. @throws Error for a name without a value. */
export function fillIn(file: string, values: Readonly<Record<string, string>>): string {
  return readFileSync(file, 'utf8').replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} asks for ${name}`);
    return value;
  });
}
