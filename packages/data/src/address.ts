import { LmiError } from '@lmi/kit';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Reads `mysql://user:password@host:port/database`; the message of its error does not repeat the password. */
export function parseAddress(address: string): ServerAddress {
  const url = URL.parse(address);
  if (!url || !/^(mysql|mariadb):$/.test(url.protocol) || url.pathname.length < 2) {
    throw new LmiError(
      'invalid-argument',
      'A database address reads mysql://user:password@host:port/database.',
      {
        field: 'url',
      },
    );
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}
