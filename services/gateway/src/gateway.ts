import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Calls, Log } from '@lmi/kit';
import type { Metrics } from '@lmi/kit/observe';
import express from 'express';
import { ApiKeyWatch } from './api-keys';
import { clientsOf, type Clients } from './clients';
import { Answering, formatKey, notWritten, REQUEST_LIMIT_MS, UNKNOWN_PATH } from './http/answering';
import { AnswerStore } from './http/answer-store';
import {
  answerOf,
  CACHEABLE,
  commonHeaders,
  etagOf,
  isNotModified,
  jsonpOf,
  NO_STORE,
  send,
  sendNotModified,
  setHeaders,
  VARY,
  type Answer,
} from './http/answer';
import { BODY_LIMIT, bodyReader, problemOfBody, type BodyReader } from './http/body';
import { addDownloads, downloadPaths } from './http/downloads';
import { beforeV1, noteDeprecation } from './http/deprecation';
import { problemAnswer, problemOfThrown, type Family } from './http/errors';
import { acceptedFormat, formatNames, type Format } from './http/format';
import { matchRoute, type Match } from './http/match';
import { limitHeaders } from './http/limit-headers';
import { RequestLimits, type LimitSettings } from './http/limits';
import { PAGES, RequestMeter, type AnsweredListener } from './http/observe';
import { problem } from './http/problem';
import { allowed, methodOf, type Prepared, type Route } from './http/route';
import { traceOf, type Trace } from './http/trace';
import { isBeforeV1, splitUrl, tidyUrl } from './http/url';
import type * as mcpModule from './mcp/endpoint';
import { openApiDocument } from './openapi';
import { ReleaseWatch } from './releases';
import { routes } from './routes';
import type { SiteRequest } from './site/request';
import { operationsAnswer, operationsPaths, type OperationsSource } from './site/operations';
import { readSiteRequest, troubleAnswer } from './site/site';
import { readCallback } from './v1/callback';
import { OccupationTexts } from './v1/occupation-texts';

export interface GatewayDependencies {
  readonly calls: Calls;
  readonly log: Log;
  /** Process cache of finished answers in MB; 0: off. */
  readonly cacheMb: number;
  /** Address under which the service is reached, for lines to copy; found from the port when left out. */
  readonly publicUrl?: string;
  /** Pause between two looks at the services' releases. */
  readonly releasePollMs?: number;
  /** Pause between two looks at the keys. */
  readonly keyPollMs?: number | undefined;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** How often a client may ask; without: as often as it likes. */
  readonly limits?: LimitSettings | undefined;
  readonly metrics?: Metrics | undefined;
  readonly onAnswered?: AnsweredListener | undefined;
  /** What the status page and the usage report are made from; without it there are none. */
  readonly operations?: OperationsSource | undefined;
}

const RELEASE_POLL_MS = 500;

const ALLOW_ANY = allowed(['GET', 'POST']);
const ALLOW_READING = allowed(['GET']);

/** Every address, those without a parameter first, so that none of the others takes their calls. */
const addresses = [...new Set(routes.map(({ path }) => path))].sort(
  (a, b) => Number(a.includes('{')) - Number(b.includes('{')),
);

/** The gateway without a socket: what createGateway and GatewayService share. */
export class Gateway {
  readonly app: express.Express = express();
  private readonly clients: Clients;
  readonly releases: ReleaseWatch;
  readonly meter: RequestMeter;
  private readonly operations: OperationsSource | undefined;
  private readonly store: AnswerStore;
  private readonly answering: Answering;
  private readonly log: Log;
  private readonly now: () => number;
  private readonly keys: ApiKeyWatch;
  private readonly limits: RequestLimits | undefined;
  private draining = false;
  /** Without a slash at its end. */
  publicUrl: string;

  constructor(dependencies: GatewayDependencies) {
    this.publicUrl = (dependencies.publicUrl ?? '').replace(/\/+$/, '');
    this.log = dependencies.log;
    this.now = dependencies.now ?? Date.now;
    this.clients = clientsOf(dependencies.calls);
    this.keys = new ApiKeyWatch(this.clients, this.log, dependencies.keyPollMs);
    this.limits = dependencies.limits && new RequestLimits(dependencies.limits, this.keys);
    this.releases = new ReleaseWatch(
      this.clients,
      this.log,
      dependencies.releasePollMs ?? RELEASE_POLL_MS,
      this.now,
    );
    this.store = new AnswerStore(dependencies.cacheMb, this.now);
    this.answering = new Answering({
      clients: this.clients,
      releases: this.releases,
      store: this.store,
      occupationTexts: new OccupationTexts(dependencies.cacheMb > 0),
      log: this.log,
      now: this.now,
    });
    this.operations = dependencies.operations;
    this.meter = new RequestMeter(dependencies.onAnswered);
    if (dependencies.metrics) {
      this.meter.show(dependencies.metrics);
      this.releases.show(dependencies.metrics);
    }
    this.build();
    this.releases.start();
    if (this.limits) this.keys.start();
  }

  /** From now on not ready, and connections are closed after their present request. */
  drain(): void {
    this.draining = true;
  }

  get ready(): boolean {
    return !this.draining && Object.values(this.releases.answered).every(Boolean);
  }

  stop(): void {
    this.keys.stop();
    this.releases.stop();
  }

  /** Counts one request and answers it. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    const began = performance.now();
    if (this.draining) response.shouldKeepAlive = false;
    if (isBeforeV1(request.url!))
      noteDeprecation(response, { ...beforeV1, successor: tidyUrl(request.url!) });
    const admitted = this.limits?.admit(request, response) ?? true;
    if (admitted === true) this.answer(request, response, began);
    else if (admitted === false) this.refuse(request, response, began);
    else
      void admitted.then((known) => (known ? this.answer : this.refuse).call(this, request, response, began));
  }

  /** What is kept, and every GET, goes without the router, which costs more than all the rest. */
  private answer(request: IncomingMessage, response: ServerResponse, began: number): void {
    if (this.answerFromStore(request, response, began)) return;
    this.meter.watch(request, response, began, () => {
      if (!this.answerReading(request, response)) this.app(request, response);
    });
  }

  /** @returns whether the request is a GET or HEAD of a route. */
  private answerReading(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const asked = request.url!;
    const url = tidyUrl(asked);
    const match = matchRoute(splitUrl(url).path);
    if (!match) return false;
    request.url = url;
    this.answerRoute(match, asked, request, response).catch((error: unknown) =>
      this.sendThrown(error, request, response),
    );
    return true;
  }

  private refuse(request: IncomingMessage, response: ServerResponse, began: number): void {
    this.meter.watch(request, response, began, () => this.sendRefusal(request, response));
  }

  private sendRefusal(request: IncomingMessage, response: ServerResponse): void {
    request.url = tidyUrl(request.url!);
    const family = familyOf(request.url);
    const callback = callbackOf(family, request.url);
    const answer = this.limits!.refusal(family, request, response, callback !== undefined);
    this.write(request, response, answer, callback, traceOf(request));
  }

  private build(): void {
    const { app } = this;
    app.disable('x-powered-by');
    app.disable('etag');
    app.set('query parser', false);
    app.enable('case sensitive routing');
    app.use((request, response, next) => {
      if (this.draining) response.shouldKeepAlive = false;
      if (this.answerReading(request, response)) return;
      request.url = tidyUrl(request.url);
      next();
    });
    for (const path of addresses) {
      const here = routes.filter((route) => route.path === path);
      const allow = allowed(here.map(methodOf));
      const place = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
      for (const route of here) this.buildRoute(place, route);
      place.options((request, response) => this.sendPreflight(request, response, allow));
      place.all((request, response) => this.sendNotAllowed(request, response, allow));
    }
    this.buildMcp();
    this.buildPages();
    addDownloads(app, { clients: this.clients, releases: this.releases, now: this.now });
    for (const path of Object.values(downloadPaths)) {
      const place = app.route(path.replace(/\{(\w+)\}/g, ':$1'));
      place.options((request, response) => this.sendPreflight(request, response, ALLOW_READING));
      place.all((request, response) => this.sendNotAllowed(request, response, ALLOW_READING));
    }
    app.options('/{*path}', (request, response) => this.sendPreflight(request, response, ALLOW_ANY));
    app.use((request, response) => this.sendUnknown(request, response));
    // Express knows an error handler by its four parameters.
    app.use(
      (error: unknown, request: express.Request, response: express.Response, _next: express.NextFunction) =>
        this.sendThrown(error, request, response),
    );
  }

  /** The endpoint for assistants; its library is loaded when the first one asks. */
  private buildMcp(): void {
    const allow = allowed(['POST']);
    const readBody = bodyReader(BODY_LIMIT);
    const place = this.app.route('/mcp');
    place.post(async (request, response) => {
      const trace = traceOf(request);
      let body: unknown;
      try {
        body = await readBody(request, response);
      } catch (error) {
        const trouble = problemOfBody(error) ?? problemOfThrown(error, this.log, trace.id);
        send(response, problemAnswer('v2', trouble), trace);
        return;
      }
      setHeaders(response, trace);
      const context = { traceId: trace.id, deadline: this.now() + REQUEST_LIMIT_MS };
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { answerMcp } = require('./mcp/endpoint') as typeof mcpModule;
      await answerMcp(request, response, body, {
        ask: (url) => this.answering.ask(url, context),
        log: this.log,
      });
    });
    place.options((request, response) => this.sendPreflight(request, response, allow));
    place.all((request, response) => this.sendNotAllowed(request, response, allow));
  }

  private buildRoute(place: express.IRoute, route: Route): void {
    const answer = (request: express.Request, response: express.Response, readBody?: BodyReader) => {
      const params = request.params as Record<string, string>;
      return this.answerRoute({ route, params }, request.originalUrl, request, response, readBody);
    };
    if (methodOf(route) === 'GET') {
      place.get((request, response) => answer(request, response));
      return;
    }
    const readBody = bodyReader(route.document.bodyLimit ?? BODY_LIMIT);
    place.post((request, response) => answer(request, response, readBody));
  }

  private buildPages(): void {
    const page = (path: string, make: (url: string) => Answer | Promise<Answer>) => {
      this.app.get(path, async (request, response) => {
        this.meter.route(response, path);
        send(response, await make(request.url), traceOf(request));
      });
      this.app.options(path, (request, response) => this.sendPreflight(request, response, ALLOW_READING));
      this.app.all(path, (request, response) => this.sendNotAllowed(request, response, ALLOW_READING));
    };
    const json = (status: number, body: unknown, cacheControl = NO_STORE) =>
      answerOf({
        status,
        contentType: 'application/json; charset=utf-8',
        text: JSON.stringify(body),
        cacheControl,
      });
    let description: Answer | undefined;
    page('/api/v2/openapi.json', () => (description ??= json(200, openApiDocument(), CACHEABLE)));
    page('/livez', () => json(200, { status: 'alive' }));
    page('/readyz', () => {
      const services = this.releases.answered;
      const { ready } = this;
      return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', services });
    });
    const { operations } = this;
    if (operations) {
      for (const path of operationsPaths)
        page(path, (url) => operationsAnswer(url, operations, this.publicUrl));
    }
    this.app.use((request, response, next) => {
      const asked = readSiteRequest(request.url);
      if (!asked) next();
      else if (request.method === 'OPTIONS') this.sendPreflight(request, response, ALLOW_READING);
      else if (request.method !== 'GET' && request.method !== 'HEAD')
        this.sendNotAllowed(request, response, ALLOW_READING);
      else this.answerPage(asked, request, response).catch(next);
    });
  }

  private async answerPage(
    asked: SiteRequest,
    request: express.Request,
    response: express.Response,
  ): Promise<void> {
    const trace = traceOf(request);
    const { hash: set, epoch } = this.releases.set;
    const etag = etagOf(asked.key, set);
    const context = { traceId: trace.id, deadline: this.now() + REQUEST_LIMIT_MS };
    const ask = (url: string) => this.answering.ask(url, context);
    const tools = { ask, publicUrl: this.publicUrl, set: epoch, now: this.now() };
    const answer = await this.store.through(asked.key, epoch, () => asked.make(tools, etag));
    this.meter.route(response, PAGES);
    if (answer.until > 0) {
      const route = this.meter.of(PAGES);
      this.store.remember(request.originalUrl, { key: asked.key, callback: undefined, route });
    }
    this.write(request, response, answer, undefined, trace);
  }

  /** The warm path: no parsing, no routing. @returns whether the request was answered. */
  private answerFromStore(request: IncomingMessage, response: ServerResponse, began: number): boolean {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const target = this.store.targetOf(urlKey(request.url!, acceptedFormat(request.headers.accept)));
    if (!target) return false;
    const answer = this.store.find(target.key, this.releases.set.epoch);
    if (!answer) return false;
    this.write(request, response, answer, target.callback, traceOf(request));
    this.meter.kept(target.route, answer.releases, request, response, began);
    return true;
  }

  private write(
    request: IncomingMessage,
    response: ServerResponse,
    answer: Answer,
    callback: string | undefined,
    trace: Trace,
  ): void {
    if (callback !== undefined) send(response, jsonpOf(answer, callback), trace);
    else if (isNotModified(request, answer.etag)) {
      sendNotModified(response, answer.etag!, trace, answer.headers.includes('Vary') ? VARY : []);
    } else send(response, answer, trace);
  }

  /**
   * @param asked the URL as it was sent: the next one like it is looked up by it.
   * @param readBody for routes with a body, whose answers no cache outside and no URL finds.
   */
  private async answerRoute(
    { route, params, format: ending }: Match,
    asked: string,
    request: IncomingMessage,
    response: ServerResponse,
    readBody?: BodyReader,
  ): Promise<void> {
    const trace = traceOf(request);
    this.meter.route(response, route.path);
    const accepted = acceptedFormat(request.headers.accept);
    const format = route.family === 'v1' ? 'json' : (ending ?? accepted);
    if (format === 'none') {
      send(response, problemAnswer('v2', notWritten(formatNames), undefined, VARY), trace);
      return;
    }
    const query = new URLSearchParams(splitUrl(request.url!).query);
    let callback: string | undefined;
    let prepared: Prepared;
    try {
      if (route.family === 'v1') callback = readCallback(query);
      prepared = route.prepare({ params, query, body: await readBody?.(request, response) });
    } catch (error) {
      const trouble = problemOfBody(error) ?? problemOfThrown(error, this.log, trace.id);
      const keeping = readBody ? undefined : { set: this.releases.set.epoch, until: 0 };
      this.write(request, response, problemAnswer(route.family, trouble, keeping), callback, trace);
      return;
    }
    const { hash: set, epoch } = this.releases.set;
    const key = formatKey(prepared.key, format);
    const admit = async () => this.limits?.admitMore(response);
    const make = () => this.answering.make(route, prepared, format, trace.id, admit);
    if (readBody) {
      send(response, await this.store.through(key, epoch, make), trace);
      return;
    }
    if (callback === undefined && request.headers['if-none-match'] !== undefined) {
      const etag = etagOf(key, set);
      // Only a tag that was given out can match, so the answer is known to exist; "*" is left to the answer itself.
      if (request.headers['if-none-match'] !== '*' && isNotModified(request, etag)) {
        sendNotModified(response, etag, trace, route.family === 'v2' ? VARY : []);
        return;
      }
    }
    let made = false;
    const answer = await this.store.through(key, epoch, () => {
      made = true;
      return make();
    });
    this.meter.answered(response, answer.releases, made);
    if (answer.until > 0)
      this.store.remember(urlKey(asked, accepted), { key, callback, route: this.meter.of(route.path) });
    this.write(request, response, answer, callback, trace);
  }

  private sendPreflight(request: IncomingMessage, response: ServerResponse, allow: string): void {
    const asked = request.headers['access-control-request-headers'];
    const trace = traceOf(request);
    response.writeHead(204, [
      ...commonHeaders,
      ...limitHeaders(response),
      'Allow',
      allow,
      'Access-Control-Allow-Methods',
      allow,
      'Access-Control-Allow-Headers',
      asked ??
        'Authorization, Content-Type, Date, If-None-Match, X-Api-Key, X-Requested-With, api_key, traceparent',
      'Access-Control-Max-Age',
      '86400',
      'traceresponse',
      trace.response,
      'X-Trace-Id',
      trace.id,
    ]);
    response.end();
  }

  private sendNotAllowed(request: express.Request, response: express.Response, allow: string): void {
    const trouble = problem('method-not-allowed', `${request.method} is not one of: ${allow}.`);
    const answer = problemAnswer(familyOf(request.url), trouble, undefined, ['Allow', allow]);
    send(response, answer, traceOf(request));
  }

  private sendUnknown(request: express.Request, response: express.Response): void {
    const family = familyOf(request.url);
    if (wantsPage(request)) {
      const detail = 'The address may be mistyped, or the page may have moved.';
      const answer = troubleAnswer(problem('unknown-path', detail, { title: 'There is no such page' }));
      this.write(request, response, answer, undefined, traceOf(request));
      return;
    }
    const trouble = problem('unknown-path', UNKNOWN_PATH);
    this.writeTrouble(problemAnswer(family, trouble), family, request, response);
  }

  private sendThrown(error: unknown, request: IncomingMessage, response: ServerResponse): void {
    const trace = traceOf(request);
    if (response.headersSent) {
      problemOfThrown(error, this.log, trace.id);
      response.destroy();
      return;
    }
    const family = familyOf(request.url!);
    // Express marks what the client did wrong, such as malformed percent-encoding in a path, with a 4xx status.
    const status = (error as { status?: number } | undefined)?.status;
    const trouble =
      status !== undefined && status < 500
        ? problem('invalid-argument', 'The path holds malformed percent-encoding.')
        : problemOfThrown(error, this.log, trace.id);
    const answer = wantsPage(request)
      ? troubleAnswer(trouble)
      : problemAnswer(family, trouble, { set: '', until: 0 });
    this.writeTrouble(answer, family, request, response);
  }

  private writeTrouble(
    answer: Answer,
    family: Family,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    this.write(request, response, answer, callbackOf(family, request.url!), traceOf(request));
  }
}

/** Whether a browser asked for a page of the site. */
function wantsPage({ url, headers }: IncomingMessage): boolean {
  return !url!.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}

/** What a kept answer is found by: the address alone for JSON, which nearly all ask for. */
function urlKey(url: string, format: Format | 'none'): string {
  return format === 'json' ? url : `${format} ${url}`;
}

function familyOf(url: string): Family {
  return url.startsWith('/api/v1/') ? 'v1' : 'v2';
}

/** The JSONP function of a request that is answered with an error; an unsafe name gets it as plain JSON. */
function callbackOf(family: Family, url: string): string | undefined {
  try {
    return family === 'v1' ? readCallback(new URLSearchParams(splitUrl(url).query)) : undefined;
  } catch {
    return undefined;
  }
}

/** The gateway as an express application; it begins to follow the services' releases at once. */
export function createGateway(dependencies: GatewayDependencies): express.Express {
  return new Gateway(dependencies).app;
}
