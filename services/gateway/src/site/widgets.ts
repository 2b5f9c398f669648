import { hash } from 'node:crypto';
import { embedPage, embedStyles, widgetFile, widgetOfPath, type WidgetName } from '@lmi/careerometer';
import { answerOf, CACHEABLE } from '../http/answer';
import { splitUrl } from '../http/url';
import type { SiteRequest } from './request';

const FOR_EVER = 'public, max-age=31536000, immutable';
const KEEP_MS = 3_600_000;
const LONGEST_QUERY = 1_000;

interface File {
  readonly contentType: string;
  readonly bytes: string;
  readonly lasting?: boolean;
  readonly headers?: readonly string[];
}

/** Scripts of the widgets, and the pages that show one in a frame of another site; undefined for all else. */
export function readWidgetRequest(url: string): SiteRequest | undefined {
  const { path, query } = splitUrl(url);
  const script = widgetOfPath(path);
  if (script) {
    const { bytes } = widgetFile(script.name);
    return request(path, {
      contentType: 'text/javascript; charset=utf-8',
      bytes: bytes.toString('latin1'),
      lasting: script.lasting,
    });
  }
  const [, name, style] = /^\/(careerometer|skillsometer)\/embed(\.css)?$/.exec(path) ?? [];
  if (!name) return undefined;
  if (style) return request(path, { contentType: 'text/css; charset=utf-8', bytes: embedStyles });
  const given = Object.fromEntries(new URLSearchParams(query.slice(0, LONGEST_QUERY)));
  const { html, contentSecurityPolicy } = embedPage(name as WidgetName, given);
  return request(path, {
    contentType: 'text/html; charset=utf-8',
    bytes: Buffer.from(html, 'utf8').toString('latin1'),
    headers: ['Content-Security-Policy', contentSecurityPolicy, 'Referrer-Policy', 'no-referrer'],
  });
}

function request(path: string, { contentType, bytes, lasting, headers }: File): SiteRequest {
  return {
    key: `widget ${path} ${hash('sha1', bytes, 'base64url')}`,
    make: async ({ set, now }, etag) =>
      answerOf({
        status: 200,
        contentType,
        bytes,
        cacheControl: lasting ? FOR_EVER : CACHEABLE,
        etag,
        set,
        until: now + KEEP_MS,
        headers,
      }),
  };
}
