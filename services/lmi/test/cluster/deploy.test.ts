import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { peerAddresses } from '../../src/shapes/cluster';
import { datasetServices, targetNames } from '../../src/targets';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly configs?: readonly { source: string; target: string }[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly configs: Readonly<Record<string, { file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const folder = path.resolve(__dirname, '../../../../deploy');
const text = readFileSync(path.join(folder, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ofProgram = services.filter(([, { image }]) => image.startsWith('lmi:'));

describe('deploy/compose.yaml', () => {
  it('runs every target, each by its name and with its own health check', () => {
    const targets = ofProgram.filter(([, { command }]) => command?.[0] === 'start');
    expect(targets.map(([name]) => name).sort()).toEqual([...targetNames].sort());
    for (const [name, { command, healthcheck }] of targets) {
      expect(command).toEqual(['start', name]);
      expect(healthcheck?.test.slice(-2)).toEqual(['healthcheck', name]);
    }
  });

  it('pins every image', () => {
    for (const [, { image }] of services) expect(image).toMatch(/^[\w./-]+:\d+\.\d+\.\d+$/);
    expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toMatch(
      /^ARG NODE_IMAGE=\S+:\d+\.\d+\.\d+-bookworm-slim$/m,
    );
  });

  it('gives every server the files of infra/, and nothing else of the project', () => {
    for (const { file } of Object.values(compose.configs)) {
      expect(file).toMatch(/^\.\.\/infra\//);
      expect(existsSync(path.join(folder, file))).toBe(true);
    }
    const used = services.flatMap(([, service]) => (service.configs ?? []).map(({ source }) => source));
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.configs).sort());
    for (const [, { volumes = [] }] of services) {
      for (const volume of volumes) expect(compose.volumes).toHaveProperty(volume.split(':')[0]!);
    }
  });

  it('refers only to services that are there, and waits for those that can tell', () => {
    for (const [, { depends_on = {} }] of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(compose.services).toHaveProperty(name);
        if (condition === 'service_healthy') expect(compose.services[name]!.healthcheck).toBeDefined();
      }
    }
  });

  it('names an address for every service, in a form that the program reads', () => {
    for (const [, { command, environment }] of ofProgram) {
      // The one target that calls nobody.
      if (command?.[0] !== 'start' || command[1] === 'usage') continue;
      const addressOf = peerAddresses(environment!.LMI_PEERS!);
      for (const { name, definition } of datasetServices) {
        expect(addressOf(definition.fullName)).toBe(`dns:///${name}:50051`);
      }
    }
  });

  it('holds no password, and names all of them in example.env', () => {
    expect(text).not.toMatch(/(PASSWORD|AUTH): (?!['"]?\$\{)/);
    expect(text).not.toMatch(/:\/\/[^$\s]*:(?!\$\{)[^@\s]+@/);
    const asked = [...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name!);
    const example = readFileSync(path.join(folder, 'example.env'), 'utf8');
    expect([...example.matchAll(/^(\w+)=$/gm)].map(([, name]) => name!).sort()).toEqual(
      [...new Set(asked)].sort(),
    );
  });

  it('lets each process have no more than its work needs', () => {
    for (const [, service] of ofProgram) expect(service.read_only).toBe(true);
    for (const [name, { environment = {} }] of ofProgram) {
      const user = /mysql:\/\/lmi_(\w+):/.exec(environment.LMI_DATABASE_URL ?? '')?.[1];
      const expected: Record<string, string | undefined> = {
        migrate: 'migrator',
        load: 'writer',
        worker: 'writer',
        gateway: undefined,
        usage: 'counter',
      };
      expect(user).toBe(name in expected ? expected[name] : 'reader');
    }
    expect(services.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['nginx']);
    expect(compose.services.nginx!.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
  });
});

describe('the first start of a database container', () => {
  const initialise = (environment: Record<string, string>): string =>
    execFileSync(
      'bash',
      [
        '--norc',
        '-euc',
        'docker_process_sql() { cat; }; source <(sed "s#/lmi/#$INFRA/#" "$INFRA/container-init.sh")',
      ],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env.PATH,
          INFRA: path.resolve(folder, '../infra/database'),
          LMI_DATABASE: 'lmi',
          LMI_READER_PASSWORD: 'r1',
          LMI_WRITER_PASSWORD: 'w1',
          LMI_MIGRATOR_PASSWORD: 'm1',
          LMI_COUNTER_PASSWORD: 'c1',
          LMI_REPLICATION_PASSWORD: 'p1',
          LMI_PRIMARY_HOST: '',
          LMI_PRIMARY_PORT: '',
          ...environment,
        },
      },
    );

  it('creates the users on a primary', () => {
    const sql = initialise({});
    expect(sql).toContain("CREATE USER IF NOT EXISTS 'lmi_reader'@'%' IDENTIFIED BY 'r1'");
    expect(sql).toContain("GRANT REPLICATION SLAVE, BINLOG MONITOR, RELOAD ON *.* TO 'lmi_replication'@'%'");
    expect(sql).not.toMatch(/\$\{|CHANGE MASTER/);
  });

  it('makes a replica follow the primary, and creates nothing of its own there', () => {
    const sql = initialise({ LMI_PRIMARY_HOST: 'primary', LMI_PRIMARY_PORT: '3306' });
    expect(sql).toContain("MASTER_HOST='primary', MASTER_PORT=3306");
    expect(sql).not.toMatch(/\$\{|CREATE USER/);
  });
});
