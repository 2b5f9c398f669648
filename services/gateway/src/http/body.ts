import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { problem, type Problem } from './problem';

/** Most bytes of a request body where its route says nothing else; nginx refuses longer ones before. */
export const BODY_LIMIT = 65_536;

const JSON_TYPES = ['application/json', 'application/*+json'];

/** Reads the JSON body of a request; rejects with what {@link problemOfBody} explains. */
export type BodyReader = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

export function bodyReader(limit: number): BodyReader {
  // Any JSON value is read: the schema of the route says which one it wants.
  const read = express.json({ limit, strict: false, type: JSON_TYPES });
  return async (request, response) => {
    const asked = request as IncomingMessage & { body?: unknown };
    await new Promise<void>((resolve, reject) =>
      read(asked, response, (error?: unknown) => {
        if (error === undefined) resolve();
        else reject(error instanceof Error ? error : new Error('The body cannot be read.', { cause: error }));
      }),
    );
    if (asked.body === undefined) throw new NoJsonBody();
    return asked.body;
  };
}

/** There is no body, or it is not called JSON. */
class NoJsonBody extends Error {}

/** The problem behind a body that could not be read; undefined when the error is another one. */
export function problemOfBody(error: unknown): Problem | undefined {
  if (error instanceof NoJsonBody) {
    return problem('unsupported-media-type', 'Send a JSON body with Content-Type: application/json.');
  }
  const { type, limit } = (error ?? {}) as { type?: unknown; limit?: unknown };
  switch (type) {
    case 'entity.parse.failed':
      return problem('invalid-argument', 'body: is not well-formed JSON.', { field: 'body' });
    case 'entity.too.large':
      return problem('too-large', `The body is longer than ${String(limit)} bytes.`, { field: 'body' });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problem('unsupported-media-type', 'The body must be UTF-8, plain or compressed by gzip or br.');
    case 'request.aborted':
    case 'request.size.invalid':
      return problem('invalid-argument', 'body: ended before its Content-Length.', { field: 'body' });
    default:
      return undefined;
  }
}
