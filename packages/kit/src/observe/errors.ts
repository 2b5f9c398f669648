import { defaultStackParser, makeNodeTransport, NodeClient, Scope, type ErrorEvent } from '@sentry/node';

export interface ErrorReporter {
  report(error: Error, details: { readonly traceId?: string; readonly errorId?: string }): void;
  /** Sends what is left, for a second at most. */
  stop(): Promise<void>;
}

export interface ErrorReporterOptions {
  /** Of Sentry or of a server that speaks its protocol. */
  readonly dsn: string;
  readonly target: string;
  readonly version: string;
  readonly instance: string;
  /** Errors of one kind are sent this often at most. */
  readonly everyMs?: number;
}

const STOP_LIMIT_MS = 900;
const EVERY_MS = 10_000;
const MOST_KINDS = 1_000;

/** Addresses, query strings and quoted values out of a text: what is left tells the kind of error. */
export function scrub(text: string): string {
  return text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '<url>')
    .replace(/\?[^\s'"]*/g, '?…')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?/g, '<address>')
    .replace(/\b(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}\b/gi, '<address>')
    .replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, '<address>')
    .replace(/'[^']*'|"[^"]*"/g, '<value>');
}

/** Errors with the same type, place and text (numbers apart) are one kind. */
export function fingerprintOf(error: Error): readonly string[] {
  const place = /\n\s+at (?:async )?(\S+ \(|\()?.*?((?:packages|services)\/[^:)]+)/.exec(error.stack ?? '');
  return [error.name, place ? `${place[1] ?? ''}${place[2]}` : '', scrub(error.message).replace(/\d+/g, '0')];
}

/** Sends errors to a Sentry-compatible server, without what could name a person or hold what was asked. */
export function startErrorReporter(options: ErrorReporterOptions): ErrorReporter {
  const { dsn, target, version, instance, everyMs = EVERY_MS } = options;
  const sent = new Map<string, number>();
  const client = new NodeClient({
    dsn,
    transport: makeNodeTransport,
    stackParser: defaultStackParser,
    integrations: [],
    release: version,
    serverName: instance,
    sendClientReports: false,
    beforeSend: (event) => cleaned(event),
  });
  client.init();
  return {
    report(error, { traceId, errorId }) {
      const fingerprint = fingerprintOf(error);
      const kind = fingerprint.join('\n');
      const now = Date.now();
      if (now - (sent.get(kind) ?? 0) < everyMs) return;
      if (sent.size >= MOST_KINDS) sent.clear();
      sent.set(kind, now);
      const scope = new Scope();
      scope.setClient(client);
      scope.setTag('target', target);
      scope.setFingerprint([...fingerprint]);
      if (traceId) scope.setTag('trace_id', traceId);
      if (errorId) scope.setTag('error_id', errorId);
      client.captureException(error, {}, scope);
    },
    async stop() {
      await client.close(STOP_LIMIT_MS);
    },
  };
}

function cleaned(event: ErrorEvent): ErrorEvent {
  for (const exception of event.exception?.values ?? []) {
    if (exception.value) exception.value = scrub(exception.value);
    for (const frame of exception.stacktrace?.frames ?? []) {
      // The folder of the installation is nobody's business.
      frame.filename = frame.filename?.replace(/^.*?\/(?=(?:packages|services|node_modules)\/)/, '');
      delete frame.vars;
    }
  }
  const { request: _request, user: _user, breadcrumbs: _breadcrumbs, ...rest } = event;
  return rest;
}
