import { v1Text } from '@lmi/contracts';
import { LmiError, type CallContext, type Log } from '@lmi/kit';
import type { Clients } from '../clients';
import { plainFormats, written } from '../formats/write';
import type { ReleaseWatch } from '../releases';
import type { OccupationTexts } from '../v1/occupation-texts';
import { answerOf, bytesOf, CACHEABLE, etagOf, NO_STORE, VARY, type Answer } from './answer';
import type { AnswerStore } from './answer-store';
import { deprecationHeaders } from './deprecation';
import { problemAnswer, problemOfThrown } from './errors';
import { formatNames, mediaTypes, type Format } from './format';
import { matchRoute } from './match';
import { problem, type Problem } from './problem';
import { methodOf, type Outcome, type Prepared, type Route, type Work } from './route';
import { splitUrl, tidyUrl } from './url';

/** Longest time that a request is worked on. */
export const REQUEST_LIMIT_MS = 2_000;

/**
 * How long an answer is kept while its releases serve. Once they have served for a while it needs no bound to be right.
 * Before, a replica that is behind may have made it: texts name one release of the several that they are made from.
 */
const KEEP_MS = 3_600_000;
const UNSETTLED_KEEP_MS = 30_000;
/** Longer than any replica that is asked may be behind. */
const SETTLED_AFTER_MS = 30_000;

/** An answer that names no release at all cannot tell that a replica behind the others made it. */
const UNNAMED_KEEP_MS = 5_000;

export const UNKNOWN_PATH = 'There is no such address here; /api/v2/openapi.json lists all.';

/** What answers are made with. */
export interface AnsweringParts {
  readonly clients: Clients;
  readonly releases: ReleaseWatch;
  readonly store: AnswerStore;
  readonly occupationTexts: OccupationTexts;
  readonly log: Log;
  /** Epoch milliseconds. */
  now(): number;
}

/** From a question that was read to its finished answer: asks the services, and says how long the answer may be kept. */
export class Answering {
  constructor(private readonly parts: AnsweringParts) {}

  /** Answers an address of v2 that is part of another request; never rejects. */
  async ask(url: string, { traceId, deadline }: CallContext): Promise<Answer> {
    const { epoch } = this.parts.releases.set;
    const target = this.parts.store.targetOf(url);
    const kept = target && this.parts.store.find(target.key, epoch);
    if (kept) return kept;
    const { path, query } = splitUrl(tidyUrl(url));
    const match = path.startsWith('/api/v2/') ? matchRoute(path) : undefined;
    if (!match) return problemAnswer('v2', problem('unknown-path', UNKNOWN_PATH));
    const format = match.format ?? 'json';
    if (format === 'none') return problemAnswer('v2', notWritten(formatNames));
    try {
      const prepared = match.route.prepare({ params: match.params, query: new URLSearchParams(query) });
      if (this.parts.now() >= deadline) throw new LmiError('deadline-exceeded', 'the deadline had passed');
      return await this.parts.store.through(formatKey(prepared.key, format), epoch, () =>
        this.make(match.route, prepared, format, traceId, async () => undefined, deadline),
      );
    } catch (error) {
      return problemAnswer('v2', problemOfThrown(error, this.parts.log, traceId));
    }
  }

  /** Does the work of one request and finishes the answer; never rejects. */
  async make(
    route: Route,
    prepared: Prepared,
    format: Format,
    traceId: string,
    admit: Work['admit'],
    deadline = this.parts.now() + REQUEST_LIMIT_MS,
  ): Promise<Answer> {
    const pins = prepared.pins ?? [];
    const context = { traceId, deadline, pins };
    try {
      const serving = await this.parts.releases.servingWith(pins);
      const outcome = await prepared.run({
        clients: this.parts.clients,
        context,
        releases: this.parts.releases,
        serving,
        occupationTexts: this.parts.occupationTexts,
        ask: (url) => this.ask(url, context),
        admit,
      });
      return await this.finish(route, prepared, format, outcome);
    } catch (error) {
      const reads = methodOf(route) === 'GET';
      const until = this.parts.now() + UNNAMED_KEEP_MS;
      const keeping = reads ? { set: this.parts.releases.set.epoch, until } : undefined;
      return problemAnswer(route.family, problemOfThrown(error, this.parts.log, traceId), keeping);
    }
  }

  private async finish(route: Route, prepared: Prepared, format: Format, outcome: Outcome): Promise<Answer> {
    const { family } = route;
    const isPinned = (prepared.pins?.length ?? 0) > 0;
    const strange = () =>
      !isPinned && outcome.releases.some((version) => !this.parts.releases.set.versions.has(version));
    // Figures of a release that is not in the set known here: a new one was published, or a replica is behind.
    if (strange()) await this.parts.releases.refresh();
    const { hash: set, epoch, since } = this.parts.releases.set;
    // The rows of a pinned release may go while the set stays.
    const settled = !isPinned && this.parts.now() - since > SETTLED_AFTER_MS;
    const keepMs = outcome.releases.length === 0 ? UNNAMED_KEEP_MS : settled ? KEEP_MS : UNSETTLED_KEEP_MS;
    const status = outcome.status ?? 200;
    const keep = !outcome.volatile && !strange();
    const reads = methodOf(route) === 'GET';
    const cards = outcome.releases.map((version) => this.parts.releases.knownRelease(version));
    const licences = new Set(cards.flatMap((card) => card?.licenceUrl || []));
    const shared = {
      cacheControl: keep && reads ? CACHEABLE : NO_STORE,
      etag: keep && reads && status === 200 ? etagOf(formatKey(prepared.key, format), set) : undefined,
      set: epoch,
      until: keep ? this.parts.now() + keepMs : 0,
      releases: outcome.releases,
    };
    const links = [...licences].map((url) => `<${url}>; rel="license"`);
    const leaving = route.document.deprecated ? deprecationHeaders(route.document.deprecated) : [];
    if (family === 'v1') {
      return answerOf({
        ...shared,
        status,
        contentType: 'application/json; charset=UTF-8',
        bytes: outcome.bytes ?? bytesOf(v1Text(outcome.body)),
        headers: [...linkHeader(links), ...leaving],
      });
    }
    const text = written(format, outcome, route.document.summary);
    if (!text) return problemAnswer(family, notWritten(plainFormats), shared, VARY);
    const { nextCursor } = (outcome.body ?? {}) as { nextCursor?: string };
    const next = nextCursor && prepared.pageUrl?.(nextCursor, format === 'json' ? '' : `.${format}`);
    if (next) links.unshift(`<${next}>; rel="next"`);
    return answerOf({
      ...shared,
      status,
      ...text,
      headers: [...VARY, ...linkHeader(links), ...leaving],
    });
  }
}

/** What an answer is kept by, in each format. */
export function formatKey(key: string, format: Format): string {
  return format === 'json' ? key : `${format} ${key}`;
}

/** @param formats that the answer is written in. */
export function notWritten(formats: readonly string[]): Problem {
  const detail = formats.includes(mediaTypes.jsonstat)
    ? `Answers are written as ${formats.join(', ')}.`
    : 'The answer has no figures: it is not written as JSON-stat.';
  return problem('not-acceptable', detail, { validValues: formats });
}

function linkHeader(links: readonly string[]): string[] {
  return links.length > 0 ? ['Link', links.join(', ')] : [];
}
