/// <reference lib="dom" />
/// <reference lib="dom.asynciterable" />
/** The site of the running program in Chromium: every page, by mouse, by keyboard, without scripts, narrow and dark. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type * as Axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import jsonld from 'jsonld';
import { launchBrowser } from '../support/browser';
import { startEmbeddedShape, type RunningShape } from '../support/shapes';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
/** One page of each kind. */
const KINDS = [
  '/',
  '/occupations',
  '/occupations?q=plumber',
  '/occupations/2134',
  '/occupations/21?area=E12000007',
  '/developers',
  '/explorer',
  '/explorer/getPay',
  '/explorer/batch',
  '/datasets',
  '/datasets/ashe',
  '/guides',
  '/guides/ashe',
  '/quality',
  '/accuracy?title=engineer',
  '/glossary',
  '/methods',
  '/methods/pay',
  '/faq',
  '/compatibility',
  '/careerometer',
  '/skillsometer',
  '/problems/not-found',
  '/status',
  '/reports/usage',
];

let shape: RunningShape;
let browser: Browser;
let base: string;

beforeAll(async () => {
  [shape, browser] = await Promise.all([startEmbeddedShape({ LMI_LOG: 'error' }), launchBrowser()]);
  base = shape.base.replace('127.0.0.1', 'localhost');
}, 240_000);
afterAll(async () => {
  await browser.close();
  await shape.stop();
});

interface Visit {
  readonly page: Page;
  /** What the browser complained about, and what it asked of other origins. */
  readonly troubles: string[];
}

async function visit(context: BrowserContext, path: string): Promise<Visit> {
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      troubles.push(`${path}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`${path}: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:'))
      troubles.push(`${path}: asks ${request.url()}`);
  });
  await page.goto(base + path, { waitUntil: 'load' });
  return { page, troubles };
}

/** Runs a check on paths, a few pages at a time. */
async function each(paths: readonly string[], check: (path: string) => Promise<void>): Promise<void> {
  const queue = [...paths];
  const work = async () => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) await check(path);
  };
  await Promise.all([work(), work(), work()]);
}

async function withContext<T>(
  options: Parameters<Browser['newContext']>[0],
  use: (context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext(options);
  try {
    return await use(context);
  } finally {
    await context.close();
  }
}

/** Fields whose border is hard to see, which axe does not look for: less than 3 to 1 against the page (WCAG 1.4.11). */
const faintFields = () => {
  const luminance = (colour: string) => {
    const [r, g, b] = colour.match(/\d+/g)!.map((part) => {
      const share = Number(part) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  return Array.from(document.querySelectorAll('input[type=text], input[type=search], select, textarea'))
    .filter((field) => {
      const border = luminance(getComputedStyle(field).borderTopColor);
      return (Math.max(border, page) + 0.05) / (Math.min(border, page) + 0.05) < 3;
    })
    .map((field) => `the border of ${field.id} is hard to see`);
};

const overflow = () => document.documentElement.scrollWidth - window.innerWidth;

describe('every kind of page', () => {
  it.each([
    { name: 'light and wide', colorScheme: 'light' as const, width: 1280 },
    { name: 'dark and 320 px wide', colorScheme: 'dark' as const, width: 320 },
  ])(
    'has no accessibility violation, no sideways scroll and no breach of the policy: $name',
    async ({ colorScheme, width }) => {
      const found: string[] = [];
      await withContext({ viewport: { width, height: 900 }, colorScheme }, (context) =>
        each(KINDS, async (path) => {
          const { page, troubles } = await visit(context, path);
          await page.evaluate(() =>
            document.querySelectorAll('details').forEach((details) => (details.open = true)),
          );
          const over = await page.evaluate(overflow);
          if (over > 0) found.push(`${path}: ${over} px too wide`);
          found.push(...troubles);
          found.push(...(await page.evaluate(faintFields)).map((field) => `${path}: ${field}`));
          // The debugger's own script: no page of ours may bring one in so.
          await page.evaluate(axe);
          const violations = await page.evaluate(async () => {
            const { axe: runner } = window as unknown as { axe: typeof Axe };
            const result = await runner.run({
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
              resultTypes: ['violations'],
            });
            return result.violations.map(
              ({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
            );
          });
          found.push(...violations.map((violation) => `${path}: ${violation}`));
          await page.close();
        }),
      );
      expect(found).toEqual([]);
    },
    120_000,
  );
});

describe('a newcomer', () => {
  it('copies the line of the home page and has a right answer', async () => {
    await withContext({}, async (context) => {
      const { page } = await visit(context, '/');
      const line = (await page.textContent('#first-line'))!.trim();
      const command = /^curl "(http:\/\/[^"]+)"$/.exec(line)!;
      const answer = JSON.parse(execFileSync('curl', ['-sS', command[1]!], { encoding: 'utf8' })) as {
        observations: {
          year: number;
          statistic: string;
          cell: { value: number; unit: string; marks: string[]; source: object };
        }[];
      };
      const newest = answer.observations.at(-1)!;
      // ASHE Table 14.1a of 2025: median gross weekly pay of unit group 2134.
      expect(newest).toMatchObject({
        year: 2025,
        statistic: 'median',
        cell: { value: 1082, unit: 'GBP/week', source: { dataset: 'ashe', table: '14.1a' } },
      });
    });
  });

  it('asks from the page, and sees the answer in it', async () => {
    await withContext({}, async (context) => {
      const { page, troubles } = await visit(context, '/');
      await page.selectOption('#measure', 'annual-pay');
      await page.click('[data-first-call] button');
      await page.waitForFunction(() =>
        document.querySelector('[data-first-body]')?.textContent.includes('GBP/year'),
      );
      expect(await page.textContent('[data-first-status]')).toMatch(/^Status 200/);
      expect(page.url()).toBe(`${base}/`);
      expect(await page.textContent('#first-line')).toContain('measure=annual-pay');
      expect(troubles).toEqual([]);
    });
  });

  it('finds an occupation by keyboard alone', async () => {
    await withContext({ viewport: { width: 800, height: 900 } }, async (context) => {
      const { page } = await visit(context, '/occupations');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to main content');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
      // What has the keyboard can be seen.
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineWidth);
      expect(parseInt(outline, 10)).toBeGreaterThanOrEqual(2);
      await page.keyboard.type('plumb');
      // The list of the first letters is replaced by that of all of them.
      await page.waitForSelector('.autocomplete__option:has-text("Plumbing")');
      await page.keyboard.press('ArrowDown');
      await Promise.all([page.waitForURL(/\/occupations\/5315$/), page.keyboard.press('Enter')]);
      expect(await page.textContent('h1')).toMatch(/^Plumbers/);
    });
  });

  it('changes the area of an occupation, and reads why figures are missing', async () => {
    await withContext({}, async (context) => {
      const { page } = await visit(context, '/occupations/5315');
      await page.selectOption('#area', 'N92000002');
      await Promise.all([page.waitForURL(/area=N92000002/), page.click('.lmi-area button')]);
      expect(await page.title()).toMatch(/in Northern Ireland/);
      expect(await page.textContent('main')).toMatch(/Not available|as a whole, because there is no figure/);
    });
  });

  it('sends a call from the explorer, and copies it for Python', async () => {
    await withContext({}, async (context) => {
      const { page } = await visit(context, '/explorer/getPay');
      await page.fill('#field-occupation', '5315');
      expect(await page.textContent('[data-snippet="Python"]')).toContain('"occupation": "5315"');
      await page.click('[data-explorer] button');
      await page.waitForFunction(() =>
        document.querySelector('[data-answer-body]')?.textContent.includes('"5315"'),
      );
      expect(await page.textContent('[data-answer-status]')).toMatch(/^Status 200/);
      expect(await page.textContent('[data-answer-headers]')).toContain('etag');
      await page.fill('#field-occupation', 'plumber');
      await page.click('[data-explorer] button');
      await page.waitForFunction(() =>
        document.querySelector('[data-answer-status]')?.textContent.startsWith('Status 400'),
      );
      expect(await page.textContent('[data-answer-body]')).toContain('"field": "occupation"');
    });
  });

  it('tries a title on the accuracy page, and sees why', async () => {
    await withContext({ javaScriptEnabled: false }, async (context) => {
      const { page } = await visit(context, '/accuracy');
      await page.fill('#title', 'Plumber - Leeds - £35k');
      await page.click('main form button');
      expect(await page.textContent('main .lmi-panel')).toMatch(
        /5315 Plumbers.* likely\s+Why\s*An entry of the coding index/s,
      );
      await page.fill('#title', 'engineer');
      await page.click('main form button');
      const panel = await page.textContent('main .lmi-panel');
      expect(panel).toMatch(/No code is given/);
      expect(panel).toMatch(/Which is meant by .engineer.: mechanical engineers/);
    });
  });

  it('has the Careerometer shown, and the lines to paste', async () => {
    await withContext({}, async (context) => {
      const { page, troubles } = await visit(context, '/careerometer?occupations=5315&lang=cy');
      await page.waitForFunction(() =>
        /£/.test(document.querySelector('lmi-careerometer')?.shadowRoot?.textContent ?? ''),
      );
      const lines = (await page.textContent('pre[aria-label="Lines to paste"]'))!;
      expect(lines).toContain(`<script type="module" src="${base}/careerometer.js"></script>`);
      expect(lines).toContain('occupations="5315" lang="cy"');
      expect(await page.textContent('pre[aria-label="Lines with a fixed version"]')).toMatch(
        /integrity="sha384-/,
      );
      expect(troubles).toEqual([]);
    });
  });
});

describe('without scripts', () => {
  it('search, figures, explorer and first call work', async () => {
    await withContext({ javaScriptEnabled: false }, async (context) => {
      const { page } = await visit(context, '/');
      await page.fill('#q', 'electrician');
      await page.click('main form[role="search"] button');
      expect(await page.textContent('h1')).toBe('Occupations for “electrician”');
      await page.click('.lmi-hits__link');
      expect(page.url()).toBe(`${base}/occupations/5241`);
      expect(await page.locator('.lmi-chart').count()).toBeGreaterThan(3);
      expect(await page.locator('table.lmi-figures').count()).toBeGreaterThan(6);
      await page.goto(`${base}/explorer/getPay`);
      await page.fill('#field-occupation', '5241');
      await page.click('[data-explorer] button');
      expect(page.url()).toContain('/api/v2/pay?');
      expect(await page.textContent('body')).toContain('"observations"');
      await page.goto(`${base}/careerometer?occupations=5241`);
      expect(await page.textContent('pre[aria-label="Lines to paste"]')).toContain('occupations="5241"');
    });
  });
});

describe('addresses', () => {
  /** Answers of the API are asked once for each path: their parameters are other tests' matter. */
  const MOST_LINKS = 4_000;

  it('lead somewhere, all of them, and every fragment is there', async () => {
    const pages = new Map<string, string>();
    const broken: string[] = [];
    const seen = new Set<string>();
    const queue: [from: string, link: string][] = [
      ['start', '/'],
      ['start', '/sitemap.xml'],
      ['start', '/robots.txt'],
      ['start', '/catalog.jsonld'],
    ];
    const fragments: [from: string, path: string, id: string][] = [];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [from, link] = next;
        const response = await fetch(base + link, {
          redirect: 'follow',
          // Whole tables are megabytes: their heads say that they are there.
          method: link.includes('/download.csv') ? 'HEAD' : 'GET',
          headers: { accept: 'text/html, application/json' },
        });
        const text = await response.text();
        // An example of a dataset that is not bundled answers so, with the reason.
        const known = response.status === 404 && text.includes('/problems/not-available');
        if (response.status !== 200 && !known) broken.push(`${from} -> ${link}: ${response.status}`);
        if (!(response.headers.get('content-type') ?? '').startsWith('text/html')) continue;
        pages.set(link, text);
        for (const [, target] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
          const url = new URL(target!.replaceAll('&amp;', '&'), base + link);
          if (url.origin !== base) continue;
          const path = url.pathname + url.search;
          if (url.hash) fragments.push([link, path, decodeURIComponent(url.hash.slice(1))]);
          // Of the occupations two thousand calls would say the same, and whole tables are made for each call: a few stand for all.
          const kind = path.startsWith('/api/')
            ? url.pathname.replace(/\d{4}/g, 'N').replace(/[^/]+(?=\/download)/, 'ID') +
              [...url.searchParams.keys()].join()
            : path;
          const deep = /^\/occupations\/\d{2,}/.test(path) && !/^\/occupations\/(2134|21|213)$/.test(path);
          if (seen.has(kind) || deep) continue;
          seen.add(kind);
          queue.push([link, path]);
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    for (const [from, path, id] of fragments) {
      const text = pages.get(path);
      if (text !== undefined && id !== '' && !text.includes(`id="${id}"`))
        broken.push(`${from} -> ${path}#${id}: no such place`);
    }
    expect(broken).toEqual([]);
    expect(pages.size).toBeGreaterThan(150);
    expect(seen.size).toBeLessThan(MOST_LINKS);
  }, 90_000);

  it('that are wrong get a page with a way on', async () => {
    const response = await fetch(`${base}/occupations/9999`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(404);
    expect(await response.text()).toMatch(/There is no such occupation/);
    expect((await fetch(`${base}/datasets/nothing`)).status).toBe(404);
    expect((await fetch(`${base}/guides/constructor`)).status).toBe(404);
    expect((await fetch(`${base}/explorer/nothing`)).status).toBe(404);
  });

  it('of SOC 2010 alone show what became of the group', async () => {
    const response = await fetch(`${base}/occupations/3545`);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/SOC 2010 code 3545/);
  });
});

describe('metadata', () => {
  it('is a DCAT catalogue of every dataset', async () => {
    const { datasets } = (await (await fetch(`${base}/api/v2/datasets`)).json()) as { datasets: unknown[] };
    const document = (await (await fetch(`${base}/catalog.jsonld`)).json()) as jsonld.JsonLdDocument;
    const [catalog] = (await jsonld.expand(document, { documentLoader: refuse })) as Record<
      string,
      unknown[]
    >[];
    const dcat = 'http://www.w3.org/ns/dcat#';
    expect(catalog).toMatchObject({ '@type': [`${dcat}Catalog`] });
    const listed = catalog![`${dcat}dataset`] as Record<string, unknown[]>[];
    expect(listed).toHaveLength(datasets.length);
    for (const each of listed) {
      for (const term of ['title', 'description', 'license', 'publisher', 'issued', 'accrualPeriodicity'])
        expect(each[`http://purl.org/dc/terms/${term}`]).toHaveLength(1);
      expect(each[`${dcat}distribution`]!.length).toBeGreaterThan(0);
    }
    // Every statement survives as RDF: no term was left without a meaning.
    const quads = (await jsonld.toRDF(document, { documentLoader: refuse })) as unknown[];
    expect(quads.length).toBeGreaterThan(datasets.length * 12);
  });

  it('of schema.org stands in the pages of the catalogue and of each dataset', async () => {
    const vocabulary = { '@context': { '@vocab': 'https://schema.org/' } };
    const loader = async (url: string) => {
      if (url !== 'https://schema.org/') return refuse(url);
      return { contextUrl: undefined, documentUrl: url, document: vocabulary };
    };
    for (const [path, type] of [
      ['/datasets', 'DataCatalog'],
      ['/datasets/ashe', 'Dataset'],
    ] as const) {
      const text = await (await fetch(base + path)).text();
      const block = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text)![1]!;
      const [expanded] = (await jsonld.expand(JSON.parse(block) as jsonld.JsonLdDocument, {
        documentLoader: loader,
      })) as Record<string, unknown>[];
      expect(expanded!['@type']).toEqual([`https://schema.org/${type}`]);
      for (const term of type === 'Dataset'
        ? ['name', 'description', 'license', 'creator', 'distribution']
        : ['name', 'dataset'])
        expect(expanded).toHaveProperty([`https://schema.org/${term}`]);
    }
  });
});

/** Nothing is fetched from elsewhere to read what we wrote. */
async function refuse(url: string): Promise<never> {
  throw new Error(`${url} would be asked`);
}

describe('pages cost', () => {
  it('nothing when they have not changed, and little when they have', async () => {
    const first = await fetch(`${base}/occupations/2134`);
    const etag = first.headers.get('etag')!;
    expect((await first.text()).length).toBeLessThan(140_000);
    expect((await fetch(`${base}/occupations/2134`, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
    const text = await (await fetch(`${base}/`)).text();
    const scripts = [...text.matchAll(/<script type="module" src="([^"]+)"/g)].map(([, src]) => src!);
    const sizes = await Promise.all(
      scripts.map(async (src) => (await (await fetch(base + src)).arrayBuffer()).byteLength),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000);
  });
});
