import { z } from 'zod';
import { bytesOf, joined, type Answer } from '../http/answer';
import { problemAnswer } from '../http/errors';
import type { Route } from '../http/route';
import { defineRoute, none } from './define';

export const MOST_REQUESTS = 100;

/** Questions of one batch that are worked on at once: the rest of the service goes on answering. */
const AT_ONCE = 8;

const LONGEST_PATH = 2_000;

const body = z
  .strictObject({
    requests: z
      .array(
        z
          .string()
          .max(LONGEST_PATH)
          .regex(/^\/api\/v2\/[^#\s]*$/, 'expected a path that begins with /api/v2/'),
      )
      .min(1)
      .max(MOST_REQUESTS),
  })
  .meta({ id: 'Batch' });

const reply = z
  .object({
    responses: z.array(
      z.object({
        path: z.string(),
        status: z.number().int(),
        contentType: z.string(),
        etag: z.string().optional(),
        body: z.unknown().meta({
          description:
            'The JSON value of the answer or problem; a string where another format was asked for.',
        }),
      }),
    ),
  })
  .meta({ id: 'BatchReply' });

function headerOf(answer: Answer, name: string): string | undefined {
  const at = answer.headers.indexOf(name);
  return at < 0 ? undefined : answer.headers[at + 1];
}

/** One answer as a member of the batch's: its JSON bytes go in as they are. */
function member(path: string, answer: Answer, traceId: string): string {
  const contentType = headerOf(answer, 'Content-Type') ?? '';
  const bytes = joined(answer.body);
  const whole = answer.traced ? `${bytes},"traceId":"${traceId}"}` : bytes;
  const isJson = /[/+]json\b/.test(contentType);
  const text = isJson ? whole : bytesOf(JSON.stringify(Buffer.from(whole, 'latin1').toString('utf8')));
  const head = JSON.stringify({ path, status: answer.status, contentType, etag: answer.etag });
  return `${bytesOf(head).slice(0, -1)},"body":${text}}`;
}

export const batchRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/batch',
    operationId: 'batch',
    tag: 'v2',
    summary: 'Up to 100 questions in one call',
    description:
      'Each path of v2 is answered as a GET of it would be, with its own status, in the order asked. One deadline holds for all: what is not answered by then has status 504. Each counts as a request: what comes after the last that your limit allows has status 429.',
    params: none,
    query: none,
    body,
    bodies: [
      { requests: ['/api/v2/pay?occupation=2134&year=2025', '/api/v2/occupations/2134', '/api/v2/nothing'] },
    ],
    reply,
    examples: ['/api/v2/batch'],
    async run({ body: { requests } }, { ask, admit, context }) {
      const members: string[] = new Array<string>(requests.length);
      let next = 0;
      const work = async () => {
        while (next < requests.length) {
          const at = next++;
          const refused = at > 0 ? await admit() : undefined;
          const answer = refused ? problemAnswer('v2', refused) : await ask(requests[at]!);
          members[at] = member(requests[at]!, answer, context.traceId);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, requests.length) }, work));
      return {
        body: undefined as never,
        bytes: `{"responses":[${members.join(',')}]}`,
        releases: [],
        volatile: true,
      };
    },
  }),
];
