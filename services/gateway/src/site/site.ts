import { hash } from 'node:crypto';
import {
  contentSecurityPolicy,
  findPage,
  problemPage,
  readAsset,
  siteVersion,
  troublePage,
  type PageAnswer,
  type Reply,
} from '@lmi/site';
import { answerOf, CACHEABLE, joined, NO_STORE, type Answer } from '../http/answer';
import { problemKinds, type Problem } from '../http/problem';
import { splitUrl } from '../http/url';
import { openApiDocument } from '../openapi';
import type { SiteRequest } from './request';
import { readWidgetRequest } from './widgets';

const PAGE_HEADERS = [
  'Content-Security-Policy',
  contentSecurityPolicy,
  'Referrer-Policy',
  'same-origin',
  'Cross-Origin-Opener-Policy',
  'same-origin',
];
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Pages whose figures cannot change are made again after so long, as answers of the API are. */
const KEEP_MS = 3_600_000;

/** Reads an address of the site; undefined when there is none. */
export function readSiteRequest(url: string): SiteRequest | undefined {
  const { path, query } = splitUrl(url);
  if (path.startsWith('/api/')) return undefined;
  if (path.startsWith('/assets/')) return fileRequest(path, path.slice('/assets/'.length));
  const widget = readWidgetRequest(url);
  if (widget) return widget;
  if (path === '/favicon.svg' || path === '/favicon.ico') return fileRequest(path, 'favicon.svg');
  const code = path.startsWith('/problems/') ? path.slice('/problems/'.length) : undefined;
  if (code !== undefined && Object.hasOwn(problemKinds, code)) {
    const facts = { code, ...problemKinds[code as keyof typeof problemKinds] };
    return fixedRequest(path, () => problemPage(facts));
  }
  const found = findPage(path);
  if (!found) return undefined;
  const { page, params } = found;
  const asked = new URLSearchParams();
  const given = new URLSearchParams(query);
  for (const name of page.parameters ?? []) {
    const value = given.get(name)?.trim();
    if (value) asked.set(name, value);
  }
  return {
    key: `page ${siteVersion()} ${path} ${asked.toString()}`,
    async make(tools, etag) {
      const parts: Answer[] = [];
      const ask = async (address: string): Promise<Reply> => {
        if (address === '/api/v2/openapi.json')
          return { url: address, status: 200, body: JSON.parse(JSON.stringify(openApiDocument())) };
        const answer = await tools.ask(address);
        parts.push(answer);
        const text = Buffer.from(joined(answer.body), 'latin1').toString('utf8');
        return {
          url: address,
          status: answer.status,
          body: JSON.parse(answer.traced ? `${text}}` : text) as unknown,
        };
      };
      const answered = await page.answer({ params, query: asked }, { ask, publicUrl: tools.publicUrl });
      // A page is good for as long as every answer that it shows.
      const until = Math.min(tools.now + KEEP_MS, ...parts.map((part) => part.until));
      const keep = until > tools.now && parts.every((part) => part.set === tools.set);
      return pageAnswer(answered, keep ? { etag, set: tools.set, until } : undefined);
    },
  };
}

function fixedRequest(path: string, make: () => PageAnswer): SiteRequest {
  return {
    key: `page ${siteVersion()} ${path}`,
    make: async ({ set, now }, etag) => pageAnswer(make(), { etag, set, until: now + KEEP_MS }),
  };
}

function fileRequest(path: string, name: string): SiteRequest | undefined {
  const file = readAsset(name);
  if (!file) return undefined;
  return {
    key: `file ${path} ${hash('sha1', file.bytes, 'base64url')}`,
    make: async ({ set, now }, etag) =>
      answerOf({
        status: 200,
        contentType: file.contentType,
        bytes: file.bytes.toString('latin1'),
        cacheControl: file.lasting ? FOR_EVER : CACHEABLE,
        etag,
        set,
        until: now + KEEP_MS,
      }),
  };
}

interface Keeping {
  readonly etag: string;
  readonly set: string;
  readonly until: number;
}

function pageAnswer({ status = 200, contentType, text, location }: PageAnswer, keeping?: Keeping): Answer {
  return answerOf({
    status,
    contentType: contentType ?? 'text/html; charset=utf-8',
    text,
    cacheControl: keeping ? CACHEABLE : NO_STORE,
    etag: status === 200 ? keeping?.etag : undefined,
    set: keeping?.set ?? '',
    until: keeping?.until ?? 0,
    headers: location ? [...PAGE_HEADERS, 'Location', location] : PAGE_HEADERS,
  });
}

/** A problem as a page, for a browser that asked for one. */
export function troubleAnswer({ status, title, detail }: Problem): Answer {
  return pageAnswer(troublePage({ status, title, detail }));
}
