import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import type { LmiClient } from './client.ts';
import type { components, paths } from './gen/schema.ts';
import { isProblem, unwrap, type Problem } from './problem.ts';
import { queryStyle } from './query-style.ts';

type Gets = {
  [P in keyof paths as paths[P] extends { get: object } ? P : never]: paths[P] extends { get: infer G }
    ? G
    : never;
};
type JsonOf<G> = G extends { responses: { 200: { content: { 'application/json': infer Data } } } }
  ? Data
  : never;

/** Parameters of a GET, as the client takes them. */
export type ParamsOf<P extends keyof Gets> = Pick<Gets[P]['parameters'], 'path' | 'query'>;

declare const answeredBy: unique symbol;

/** One question of a batch, and the type of what answers it. */
export interface Question<Data> {
  readonly address: string;
  readonly [answeredBy]?: Data;
}

/** The answer to one question, in the order asked. */
export type BatchAnswer<Data> =
  | { readonly status: number; readonly data: Data; readonly problem?: undefined }
  | { readonly status: number; readonly data?: undefined; readonly problem: Problem | undefined };

/** As many as one call takes. */
const MOST = 100;

/** A question for {@link batch}: path and parameters of a GET. */
export function question<P extends keyof Gets>(path: P, params: ParamsOf<P>): Question<JsonOf<Gets[P]>> {
  const address = createFinalURL(path, {
    baseUrl: '',
    params: params as { query?: Record<string, unknown>; path?: Record<string, unknown> },
    querySerializer: createQuerySerializer(queryStyle),
    pathSerializer: defaultPathSerializer,
  });
  return { address };
}

/**
 * Asks many questions with one request for each hundred. A question that cannot be answered does not fail the others.
 * @throws LmiError when a whole request failed.
 */
export async function batch<Q extends readonly Question<unknown>[]>(
  lmi: LmiClient,
  questions: readonly [...Q],
): Promise<{ [K in keyof Q]: Q[K] extends Question<infer Data> ? BatchAnswer<Data> : never }> {
  const answers: BatchAnswer<unknown>[] = [];
  for (let start = 0; start < questions.length; start += MOST) {
    const requests = questions.slice(start, start + MOST).map(({ address }) => address);
    const { responses } = await unwrap(lmi.POST('/api/v2/batch', { body: { requests } }));
    answers.push(...responses.map(answerOf));
  }
  return answers as { [K in keyof Q]: Q[K] extends Question<infer Data> ? BatchAnswer<Data> : never };
}

function answerOf({
  status,
  body,
}: components['schemas']['BatchReply']['responses'][number]): BatchAnswer<unknown> {
  return status === 200 ? { status, data: body } : { status, problem: isProblem(body) ? body : undefined };
}
