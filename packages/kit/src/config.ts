import { z } from 'zod';
import { LmiError } from './errors';

/**
 * Every setting of the program, with its default for the embedded shape. This file is the only reader of the
 * environment; `lmi config` prints the table that docs/configuration.md holds.
 */
export const configSchema = z.object({
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(8080)
    .describe('HTTP port of the gateway; 0 takes a free one'),
  HOST: z.string().default('127.0.0.1').describe('Address that the gateway listens on'),
  LMI_PUBLIC_URL: z
    .union([z.literal(''), z.httpUrl(), z.url({ protocol: /^http$/, hostname: /^localhost$/ })])
    .default('')
    .describe(
      'Address under which the service is reached, for lines to copy and for catalogues; empty: http://localhost:PORT',
    ),
  LMI_HOME: z
    .string()
    .default('')
    .describe('Folder of the embedded database; empty: .lmi in the project folder'),
  LMI_DATA: z
    .string()
    .default('')
    .describe('Folder of the bundled extract; empty: data in the project folder'),
  LMI_SOURCES: z.string().default('').describe('Folder of official source files, read where one is at hand'),
  LMI_DATABASE_URL: z
    .string()
    .default('')
    .describe('mysql://user:password@host:port/database of the primary; empty: SQLite in LMI_HOME'),
  LMI_REPLICA_URL: z
    .string()
    .default('')
    .describe('mysql:// addresses of read replicas, separated by commas; empty: reads go to the primary'),
  LMI_REPLICA_LAG_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(5_000)
    .describe('A replica that is further behind the primary is left out of reads until it has caught up'),
  LMI_GRPC_ADDRESS: z
    .string()
    .default('127.0.0.1:50051')
    .describe('Address that a service target listens on'),
  LMI_PEERS: z
    .string()
    .default('')
    .describe('Cluster: service addresses, for example pay=dns:///pay:50051,search=file:///run/search.peers'),
  LMI_CACHE_URL: z
    .string()
    .default('')
    .describe('redis:// address of the cluster cache (evicting); empty: each process keeps its own cache'),
  LMI_QUEUE_URL: z
    .string()
    .default('')
    .describe(
      'redis:// address of the job queue (noeviction); empty: jobs run in the process that asks for them',
    ),
  LMI_DRAIN_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(9_000)
    .default(0)
    .describe('On SIGTERM: how long a target answers "not ready" but goes on serving before it stops'),
  LMI_AWAIT_DATA: z
    .enum(['on', 'off'])
    .default('off')
    .describe(
      'Service: not ready before the schema is current and each of its datasets has a release; off: answers what is there',
    ),
  LMI_IMPORT_CRON: z
    .string()
    .default('30 2 * * *')
    .describe('Worker: when it looks for new editions in LMI_SOURCES and the bundled extract; empty: never'),
  LMI_RECONCILE_CRON: z
    .string()
    .default('30 4 * * *')
    .describe('Worker: when it compares what serves with its sources, five fields, UTC; empty: never'),
  LMI_API_URL: z
    .string()
    .default('')
    .describe('Worker: http:// address of the API that it reads back; empty: checks of the database only'),
  LMI_JOB_STOP_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('Worker, on SIGTERM: how long its job may go on before it is given to another worker'),
  LMI_CACHE_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(4096)
    .default(32)
    .describe(
      'Process cache of finished answers, four times as much in a gateway process of a cluster; 0 turns caches off',
    ),
  LMI_ADDRESS_LIMIT: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(3_000)
    .describe('Requests a minute from one address without a key, over all gateways; 0: as many as come'),
  LMI_KEY_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .default(30_000)
    .describe('Requests a minute with one key that has no limit of its own, over all gateways'),
  LMI_LIMIT_SALT: z
    .string()
    .default('')
    .describe(
      'Secret that client addresses are hashed with before they are counted, the same for all gateways; empty: made from LMI_CACHE_URL',
    ),
  LMI_TRUSTED_PROXIES: z
    .string()
    .default('loopback')
    .describe(
      'Proxies whose X-Forwarded-For is believed: addresses, networks (10.0.0.0/8), loopback, linklocal, uniquelocal; separated by commas; empty: none',
    ),
  LMI_DFE_ADVERTS_KEY: z
    .string()
    .default('')
    .describe('Key of the Display Advert API (apprenticeships), read every hour and stored; empty: off'),
  LMI_ADZUNA_ID: z.string().default('').describe('Application id of the Adzuna API; empty: off'),
  LMI_ADZUNA_KEY: z.string().default('').describe('Application key of the Adzuna API'),
  LMI_REED_KEY: z.string().default('').describe('Key of the Reed API; empty: off'),
  LMI_ADVERT_CALLS: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(100)
    .describe('Calls a day that each process of vacancies may make to Adzuna and to Reed'),
  LMI_SAMPLE_ADVERTS: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Made-up adverts, marked as such, while no source of real ones is set up'),
  LMI_METRICS_PORT: z
    .string()
    .regex(/^\d{0,5}$/, 'must be a port, 0 for a free one, or empty')
    .default('')
    .describe(
      'Port for operators, on the address that the target listens on: /metrics, /state, and /traces in the embedded shape; 0 takes a free one; empty: off',
    ),
  LMI_OTLP_URL: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe(
      'http:// address of an OpenTelemetry collector (OTLP/HTTP), for example http://collector:4318; empty: none',
    ),
  LMI_TRACE_RATIO: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?|)$/, 'must be a number from 0 to 1')
    .default('')
    .describe(
      'Part of the requests that are traced unless their caller decides; empty: 0.05, or 1 where the process keeps its traces itself',
    ),
  LMI_STATUS_TARGETS: z
    .string()
    .regex(
      /^(|file:\/\/\S+|[\w-]+=[^,\s]+:\d+(,[\w-]+=[^,\s]+:\d+)*)$/,
      'must be file://… or target=host:port,…',
    )
    .default('')
    .describe(
      'Gateway and worker: ports for operators that the status page is made from, for example gateway=gateway:9090,pay=pay:9090, or file:// of a list in the form of Prometheus; empty: what the process itself knows',
    ),
  LMI_STATUS_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(300)
    .default(10)
    .describe(
      'Worker: seconds between two looks at all processes; what is wrong at two of them is an incident',
    ),
  LMI_ENTRANCE_LOG: z
    .string()
    .default('')
    .describe(
      'Usage, or one worker of a cluster: access log of nginx, from which usage is counted, cached answers included; empty: none',
    ),
  LMI_ENTRANCE_NAME: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be a word')
    .default('entrance')
    .describe('Usage: what remembers how far that log was read; another one for each nginx'),
  LMI_SENTRY_DSN: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })])
    .default('')
    .describe(
      'Address (DSN) of a Sentry-compatible server that gets errors, without personal data; empty: none',
    ),
  LMI_LOG: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Lowest log level written'),
});

export type Config = Readonly<z.infer<typeof configSchema>>;

/** Reads and checks the settings. @throws LmiError invalid-argument naming the setting. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const result = configSchema.safeParse(environment);
  if (result.success) return Object.freeze(result.data);
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? 'environment';
  throw new LmiError('invalid-argument', `setting ${field}: ${issue?.message ?? 'invalid'}`, { field });
}

/** The environment of a child process: this process's own, without its settings, and with the given ones. */
export function environmentWith(settings: Partial<Record<keyof Config, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !(name in configSchema.shape));
  return { ...Object.fromEntries(inherited), ...settings };
}
