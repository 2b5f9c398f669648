import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '@lmi/kit';

/** Root of the project, from where this file is compiled to (services/lmi/dist). */
const projectRoot = path.resolve(__dirname, '../../..');

export interface ProjectPaths {
  /** Folder of the embedded database. */
  readonly home: string;
  readonly databaseFile: string;
  /** Folder of the bundled extract, one folder per dataset. */
  readonly data: string;
}

export function projectPaths(config: Config): ProjectPaths {
  const home = config.LMI_HOME || path.join(projectRoot, '.lmi');
  return {
    home,
    databaseFile: path.join(home, 'lmi.db'),
    data: config.LMI_DATA || path.join(projectRoot, 'data'),
  };
}

/** The version in the project's package.json. */
export function programVersion(): string {
  const text = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
