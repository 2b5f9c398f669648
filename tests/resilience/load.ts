import { setTimeout as sleep } from 'node:timers/promises';
import type { Answers } from './answers';
import { strong } from './etag';
import { drawer, type Question } from './traffic';

/** Slower than this counts as failed. */
export const LATE_MS = 2_000;
/** A client gives up. */
const GIVE_UP_MS = 10_000;
/** A request that the generator itself sent later than this. */
const LATE_START_MS = 50;
const MOST_SAMPLES = 12;
/** The whole and right answer of another release set than the tag's: the one just before or after a publication. */
export const NEIGHBOUR = 'of the release set before or after the one that its tag stands for';

export interface Failure {
  readonly kind: string;
  readonly path: string;
  /** Milliseconds after the load began at which the request was due. */
  readonly at: number;
  readonly ms: number;
  readonly traceId: string;
}

export interface Report {
  readonly sent: number;
  readonly ok: number;
  /** Failed, by kind: a status, a socket error, "late", "wrong body". */
  readonly failed: Readonly<Record<string, number>>;
  readonly samples: readonly Failure[];
  /** Answered and right, but less than usual, by how they say so. */
  readonly degraded: Readonly<Record<string, number>>;
  /**
   * Of the failed: the connection was closed under a request, which was then answered rightly when it was sent once
   * more, as browsers do by themselves.
   */
  readonly answeredAgain: number;
  readonly notModified: number;
  /** By nginx's X-Cache. */
  readonly from: Readonly<Record<string, number>>;
  readonly lateStarts: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

class Counts {
  readonly all: Record<string, number> = {};
  add(name: string): void {
    this.all[name] = (this.all[name] ?? 0) + 1;
  }
}

export interface RunningLoad {
  /** Milliseconds since the load began. */
  elapsed(): number;
  stop(): Promise<Report>;
}

/** Sees the question and the ETag of every answer that was right. */
export type Observer = (question: Question, etag: string) => void;

export interface LoadOptions {
  readonly observe?: Observer;
  /** False: a connection for each request. */
  readonly keepAlive?: boolean;
}

/**
 * Sends requests at fixed times, whether or not those before were answered, over kept connections as a browser or an
 * SDK does, and never again by itself. Times count from when a request was due. Every answer is checked: status, JSON,
 * and that the body is the one of the release set that its ETag stands for.
 */
export function startLoad(
  base: string,
  questions: readonly Question[],
  answers: Answers,
  perSecond: number,
  { observe = () => undefined, keepAlive = true }: LoadOptions = {},
): RunningLoad {
  const draw = drawer(questions, Date.now() & 0xffff);
  const failed = new Counts();
  const degraded = new Counts();
  const from = new Counts();
  const samples: Failure[] = [];
  const times: number[] = [];
  const underWay = new Set<Promise<void>>();
  let ok = 0;
  let sent = 0;
  let notModified = 0;
  let answeredAgain = 0;
  let lateStarts = 0;
  let going = true;
  const begun = performance.now();

  const one = async (due: number): Promise<void> => {
    const drawn = draw();
    const { question, path, conditional } = drawn;
    const tag = conditional ? answers.latest.get(question.path) : undefined;
    const sentAt = performance.now();
    if (sentAt - due > LATE_START_MS) lateStarts += 1;
    let problem: string | undefined;
    let traceId = '';
    try {
      const response = await fetch(`${base}${path}`, {
        headers: {
          ...(tag ? { 'if-none-match': tag } : {}),
          ...(keepAlive ? {} : { connection: 'close' }),
        },
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      const body = await response.text();
      traceId = response.headers.get('x-trace-id') ?? '';
      const cache = response.headers.get('x-cache') ?? 'none';
      from.add(cache === '' ? 'none' : cache);
      const etag = strong(response.headers.get('etag'));
      const content: unknown = response.status === 304 ? undefined : JSON.parse(body);
      if (response.status === 304) {
        notModified += 1;
        if (tag === undefined || etag !== tag) problem = '304 of another answer';
      } else if (response.status !== 200) problem = String(response.status);
      else if (etag !== '') {
        if (!answers.isRight(question.path, etag, body)) {
          degraded.add(NEIGHBOUR);
          answers.suspect(question.path, body);
        }
      } else {
        const mark = markOf(content as object);
        if (mark !== undefined) degraded.add(mark);
        else if (!answers.isKnown(question.path, body)) degraded.add('of a release set between two');
      }
      if (problem === undefined) observe(drawn.question, etag);
    } catch (error) {
      problem = kindOf(error);
      if (isReset(problem) && (await answersAgain(path, question))) answeredAgain += 1;
    }
    const ms = performance.now() - due;
    times.push(ms);
    if (problem === undefined && ms > LATE_MS) problem = 'late';
    if (problem === undefined) ok += 1;
    else {
      failed.add(problem);
      if (samples.length < MOST_SAMPLES) {
        samples.push({ kind: problem, path, at: Math.round(due - begun), ms: Math.round(ms), traceId });
      }
    }
  };

  const answersAgain = async (path: string, question: Question): Promise<boolean> => {
    try {
      const response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(LATE_MS) });
      const body = await response.text();
      return (
        response.status === 200 && answers.isRight(question.path, strong(response.headers.get('etag')), body)
      );
    } catch {
      return false;
    }
  };

  const loop = (async () => {
    for (let due = performance.now(); going; due += 1000 / perSecond) {
      const wait = due - performance.now();
      if (wait > 1) await sleep(wait);
      sent += 1;
      const request = one(due);
      underWay.add(request);
      void request.finally(() => underWay.delete(request));
    }
  })();
  return {
    elapsed: () => performance.now() - begun,
    async stop() {
      going = false;
      await loop;
      await Promise.all(underWay);
      times.sort((a, b) => a - b);
      const at = (share: number) => Math.round(times[Math.floor(share * (times.length - 1))] ?? 0);
      return {
        sent,
        ok,
        failed: failed.all,
        samples,
        degraded: degraded.all,
        answeredAgain,
        notModified,
        from: from.all,
        lateStarts,
        p50: at(0.5),
        p99: at(0.99),
        max: at(1),
      };
    },
  };
}

/** How an answer that may not be kept says that it is less than usual. */
function markOf(content: object): string | undefined {
  const parts = Object.entries(content).filter(
    ([, part]) => (part as { status?: unknown } | null)?.status === 'unavailable',
  );
  return parts.length > 0 ? `part unavailable: ${parts.map(([name]) => name).join(', ')}` : undefined;
}

/** Kinds of failure that are a connection closed under the request. */
export function isReset(kind: string): boolean {
  return kind === 'ECONNRESET' || kind === 'UND_ERR_SOCKET' || kind === 'EPIPE';
}

function kindOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'not JSON';
  if ((error as Error).name === 'TimeoutError') return `no answer in ${GIVE_UP_MS / 1000} s`;
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? String(error);
}
