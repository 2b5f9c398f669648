import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { frameSnippet, widgets, widgetSnippet } from '@lmi/careerometer';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { outputMatching, startProgram, type Program } from '../support/program';
import { startForeignSite, type ForeignSite, type PageOptions } from './foreign-site';

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let home: string;
let program: Program;
let service: string;
let site: ForeignSite;
let browser: Browser;
let pages = 0;

/** A first start imports the bundled figures, on a machine that may be busy. */
const START_MS = 150_000;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'lmi-widgets-'));
  program = startProgram(['start'], { LMI_HOME: home });
  [service, site, browser] = await Promise.all([
    outputMatching(program, /serving on (http:\/\/\S+)/, START_MS),
    startForeignSite(),
    launchBrowser(),
  ]);
  // The first question loads the index of titles, which on a busy machine may take longer than a question may.
  await expectSoon(async () => (await fetch(`${service}/api/v2/occupations/suggest?q=nurse`)).status, 200);
}, START_MS);
afterAll(async () => {
  await browser.close();
  await site.close();
  await program.stop();
  rmSync(home, { recursive: true });
});

interface Opened {
  readonly page: Page;
  readonly widget: Locator;
  /** What the page wrote to its console, and errors that nobody caught. */
  readonly trouble: string[];
}

interface Asked extends PageOptions, BrowserContextOptions {
  before?(page: Page): Promise<unknown>;
}

/** A page of the school with `body` on it. */
async function open(body: string, { head, headers, before, ...context }: Asked = {}): Promise<Opened> {
  const address = site.put(`/page-${(pages += 1)}`, body, { head, headers });
  const page = await browser.newPage(context);
  page.setDefaultTimeout(10_000);
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(String(error)));
  await before?.(page);
  await page.goto(address);
  return { page, widget: page.locator('lmi-careerometer, lmi-skillsometer').first(), trouble };
}

const careerometer = (attributes: Record<string, string> = {}) =>
  widgetSnippet('careerometer', service, attributes);

/** Waits until the figures of so many jobs are shown. */
async function figuresOf(widget: Locator, jobs: number): Promise<void> {
  await widget.locator('.card section >> nth=0').waitFor();
  await expectSoon(() => widget.locator('.card:has(section)').count(), jobs);
}

async function expectSoon<T>(read: () => Promise<T>, wanted: T): Promise<void> {
  const until = Date.now() + 10_000;
  let last = await read();
  while (JSON.stringify(last) !== JSON.stringify(wanted) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    last = await read();
  }
  expect(last).toEqual(wanted);
}

async function violations(page: Page): Promise<string[]> {
  // Into the running page, as a page whose policy forbids scripts of others is tested as well.
  await page.evaluate(axeSource);
  // What fades in has no contrast yet.
  await page.evaluate(
    `Promise.allSettled([document, ...[...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? [])]
      .flatMap((root) => root.getAnimations()).map((animation) => animation.finished))`,
  );
  const found: {
    violations: { id: string; nodes: { html: string; target: unknown; failureSummary: string }[] }[];
  } = await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, target, failureSummary }) => `${String(target)} ${html} ${failureSummary}`).join(' | ')}`,
  );
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

interface Compared {
  area: { name: string };
  occupations: {
    title: string;
    figures: Record<string, { cell: { value: number; period: string; marks: string[] } }>;
  }[];
  average: Record<string, { cell: { value: number } }>;
}

async function compared(codes: string, area = 'K02000001'): Promise<Compared> {
  const answer = await fetch(`${service}/api/v2/occupations/compare?codes=${codes}&area=${area}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Compared;
}

const pounds = new Intl.NumberFormat('en-GB', {
  style: 'currency',
  currency: 'GBP',
  maximumFractionDigits: 0,
});

describe('the Careerometer on another site', () => {
  it('lets a newcomer who pasted two lines search, choose and compare', async () => {
    const snippet = widgetSnippet('careerometer', service);
    expect(snippet.split('\n')).toHaveLength(2);
    const { page, widget, trouble } = await open(snippet);
    await page.evaluate(
      "globalThis.heard = []; for (const name of ['lmi-occupations', 'lmi-figures']) addEventListener(name, (event) => heard.push([name, event.detail]))",
    );
    for (const [index, [words, title]] of [
      ['electric', 'Electricians and electrical fitters'],
      ['vet', 'Veterinarians'],
      ['plumber', /Plumbers/],
    ].entries()) {
      await widget
        .locator('input')
        .first()
        .fill(words as string);
      await widget.getByRole('option', { name: title }).first().click();
      await figuresOf(widget, index + 1);
    }
    expect(await widget.locator('input').count()).toBe(0);
    const code = (await widget.getAttribute('occupations'))!.split(',')[0]!;
    const { occupations, average } = await compared(code);
    const card = widget.locator('.card').first();
    const { weeklyPay, annualPay } = occupations[0]!.figures;
    expect(await card.locator('.figure').allInnerTexts()).toEqual(
      expect.arrayContaining([
        `${pounds.format(weeklyPay!.cell.value)} a week`,
        `${pounds.format(annualPay!.cell.value)} a year`,
      ]),
    );
    expect(await card.innerText()).toContain(
      `UK average: ${pounds.format(average.weeklyPay!.cell.value)} a week`,
    );
    // Every section says what is to be known of its figures, and where they come from.
    const notes = await card.locator('section .notes').allInnerTexts();
    expect(notes).toHaveLength(4);
    for (const note of notes) expect(note).toMatch(/^\S.*\.\n(.*\n)*Source: \S.* 20\d\d$/);
    expect(notes[2]).toContain('A projection, not a count.');
    const heard = await page.evaluate<[string, { codes?: string[] }][]>('heard');
    expect(heard.filter(([name]) => name === 'lmi-figures')).toHaveLength(3);
    expect(
      heard.filter(([name]) => name === 'lmi-occupations').map(([, { codes }]) => codes?.length),
    ).toEqual([1, 2, 3]);
    await widget
      .getByRole('button', { name: /^Remove/ })
      .nth(1)
      .click();
    await figuresOf(widget, 2);
    expect(await widget.locator('input').count()).toBe(1);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('works by keyboard alone', async () => {
    const { page, widget } = await open(careerometer());
    await widget.locator('input').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('nurs');
    await widget.getByRole('option').first().waitFor();
    const input = widget.getByRole('combobox').first();
    expect(await input.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const active = await input.getAttribute('aria-activedescendant');
    expect(await widget.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    expect(active).toBe('option-1');
    // Escape closes the list and leaves the words; the arrow opens it again.
    await page.keyboard.press('Escape');
    expect(await input.getAttribute('aria-expanded')).toBe('false');
    expect(await input.inputValue()).toBe('nurs');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await figuresOf(widget, 1);
    const focused = 'document.activeElement.shadowRoot.activeElement';
    expect(await page.evaluate(`${focused}.tagName`)).toBe('H3');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`${focused}.textContent`)).toMatch(/^\s*Remove/);
    await page.keyboard.press('Enter');
    // Back to the search, so that nobody is lost at the top of the page.
    await expectSoon(() => page.evaluate<string>(`${focused}.tagName`), 'LMI-SEARCH-BOX');
    await page.close();
  });

  it('says when nothing is found, and how many are', async () => {
    const { page, widget } = await open(careerometer());
    const status = widget.getByRole('status').first();
    await widget.locator('input').first().fill('qqzzxxqq');
    await expectSoon(() => status.innerText(), 'No job found. Try another word.');
    // A slip of the pen is understood.
    await widget.locator('input').first().fill('electrisian');
    await widget
      .getByRole('option', { name: /Electricians/ })
      .first()
      .waitFor();
    await widget.locator('input').first().fill('teacher');
    await widget.getByRole('option', { name: /teach/i }).first().waitFor();
    const count = await widget.getByRole('option').count();
    await expectSoon(
      () => status.textContent(),
      `${count} jobs found. Use the up and down arrow keys to choose one.`,
    );
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it.each([
    ['wide', { viewport: { width: 1200, height: 900 } }, {}],
    ['narrow', { viewport: { width: 320, height: 800 } }, {}],
    ['dark', { colorScheme: 'dark' as const }, { theme: 'auto' }],
    ['in Welsh', {}, { lang: 'cy', area: 'W92000004' }],
  ])('has no barrier that axe finds, %s', async (_name, context, attributes) => {
    const { page, widget } = await open(careerometer({ occupations: '2237,5241', ...attributes }), context);
    await figuresOf(widget, 2);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.close();
  });

  it('speaks Welsh, and says which words are English', async () => {
    const { page, widget } = await open(`<div lang="cy">${careerometer({ occupations: '2237' })}</div>`);
    await figuresOf(widget, 1);
    expect(await widget.getByRole('heading', { level: 2 }).innerText()).toBe('Cymharu swyddi');
    const card = widget.locator('.card');
    expect(await card.innerText()).toMatch(/Cyfartaledd y DU: £[\d,]+ yr wythnos/);
    expect(await card.innerText()).not.toMatch(/a week|UK average|hours a week|not a count/i);
    expect(await card.locator('h3').getAttribute('lang')).toBe('en');
    await page.close();
  });

  it('says of which figure a mark speaks, where not of all', async () => {
    const { occupations } = await compared('3312');
    const [weekly, annual] = ['weeklyPay', 'annualPay'].map(
      (name) => occupations[0]!.figures[name]!.cell.marks,
    );
    expect(weekly).not.toContain('coarser');
    expect(annual).toContain('coarser');
    const { page, widget } = await open(careerometer({ occupations: '3312' }));
    await figuresOf(widget, 1);
    const notes = await widget.locator('section .notes').first().innerText();
    const figures = await widget.locator('section .figure').allInnerTexts();
    expect(figures[0]).toMatch(/^£[\d,]+ a week$/);
    expect(figures[1]).toMatch(/^£[\d,]+ a year \(wider group\)$/);
    expect(notes).toMatch(/^Pay a year: For the wider group “.+”\.$/m);
    await page.close();
  });

  it('prints the figures with their sources, and nothing to click', async () => {
    const { page, widget } = await open(careerometer({ occupations: '2237,5241,3312' }));
    await figuresOf(widget, 3);
    await page.emulateMedia({ media: 'print' });
    const tops = await Promise.all(
      [0, 1, 2].map(async (n) => (await widget.locator('.card').nth(n).boundingBox())!.y),
    );
    expect(new Set(tops).size).toBe(1);
    for (const button of await widget.getByRole('button').all()) expect(await button.isVisible()).toBe(false);
    expect(await widget.locator('.print-only').innerText()).toMatch(/Open Government Licence/);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000);
    await page.close();
  });

  it('looks the same on a page whose styles fight it', async () => {
    const hostile = `<style>
      * { font: italic 31px/3 fantasy !important; color: lime !important; background: red !important; letter-spacing: 9px !important;
        text-transform: uppercase !important; padding: 13px !important; border: 7px dotted pink !important; float: left !important;
        text-align: right !important; transform: rotate(3deg) !important; text-indent: 50px !important; }
      svg, input, button, h2, h3, ul, li, section { display: none !important; } html { font-size: 5px !important; }</style>`;
    const look = async (head: string) => {
      const { page, widget } = await open(
        `<div style="width:1000px">${careerometer({ occupations: '2237,5241' })}</div>`,
        { head },
      );
      await figuresOf(widget, 2);
      const seen = await page.evaluate<string[]>(
        `[...document.querySelector('lmi-careerometer').shadowRoot.querySelectorAll('h2, h3, h4, p, .bar, button, .card')].map((element) => {
          const style = getComputedStyle(element);
          return [element.tagName, element.clientWidth, style.fontFamily, style.fontSize, style.fontStyle, style.color, style.display,
            style.letterSpacing, style.textTransform, style.textAlign, style.padding].join(' ');
        })`,
      );
      await page.close();
      return seen;
    };
    const plain = await look('');
    expect(plain.length).toBeGreaterThan(40);
    expect(await look(hostile)).toEqual(plain);
  });

  it('leaves the tabs of a page alone, and lives in them: hidden, shown, moved, copied', async () => {
    // The manner of old content management: tabs made by a script that shows, hides, clones and rewrites what is in them.
    const tabs = `<ul id="tabs"><li><a href="#one">One</a></li><li><a href="#two">Two</a></li></ul>
      <div class="tab" id="one"><p>First</p></div><div class="tab" id="two">${careerometer({ occupations: '5241' })}</div>
      <script>
        var names = Object.keys(window);
        function show(id) { document.querySelectorAll('.tab').forEach(function (tab) { tab.style.display = tab.id === id ? 'block' : 'none'; }); }
        document.querySelectorAll('#tabs a').forEach(function (link) { link.onclick = function () { show(this.getAttribute('href').slice(1)); return false; }; });
        show('one');
      </script>`;
    const { page, widget, trouble } = await open(tabs);
    expect(await widget.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'Two' }).click();
    await figuresOf(widget, 1);
    expect(await widget.isVisible()).toBe(true);
    await page.getByRole('link', { name: 'One' }).click();
    expect(await widget.isVisible()).toBe(false);
    expect(await page.getByText('First').isVisible()).toBe(true);
    // Nothing leaks: no style, and no global name but those by which Lit tells its version.
    expect(
      await page.evaluate(
        "Object.keys(window).filter((name) => !names.includes(name) && name !== 'names' && !/^(lit|reactive)\\w+$/.test(name))",
      ),
    ).toEqual([]);
    expect(await page.evaluate("document.querySelectorAll('style, link[rel=stylesheet]').length")).toBe(0);
    expect(page.url()).not.toContain('#');

    await page.evaluate(
      "document.querySelector('#one').append(document.querySelector('lmi-careerometer')); show('one')",
    );
    await figuresOf(widget, 1);
    await widget.locator('input').first().fill('vet');
    await widget.getByRole('option', { name: 'Veterinarians' }).click();
    await figuresOf(widget, 2);
    await page.evaluate(
      "document.querySelector('#one').append(document.querySelector('lmi-careerometer').cloneNode(true))",
    );
    await figuresOf(page.locator('lmi-careerometer').nth(1), 2);
    await page.evaluate(
      "document.querySelector('#two').innerHTML = document.querySelector('#one').innerHTML; show('two')",
    );
    await figuresOf(page.locator('#two lmi-careerometer').first(), 2);
    // A tab script may hide the element itself, in any of three ways.
    for (const hide of ["style.display = 'none'", "style.visibility = 'hidden'", 'hidden = true']) {
      await page.evaluate(`document.querySelector('#two lmi-careerometer').${hide}`);
      expect(await page.locator('#two lmi-careerometer h2').first().isVisible()).toBe(false);
      await page.evaluate(
        "document.querySelector('#two').innerHTML = document.querySelector('#one').innerHTML",
      );
    }
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('works under a policy that forbids all but its own origin, pinned by its hash', async () => {
    const policy = `default-src 'none'; script-src ${service}; connect-src ${service}; img-src data:`;
    const { page, widget, trouble } = await open(
      widgetSnippet('careerometer', service, { occupations: '5241', accent: '#7a2e8d' }, true),
      { headers: { 'Content-Security-Policy': policy } },
    );
    await figuresOf(widget, 1);
    const fill = await page.evaluate(
      "getComputedStyle(document.querySelector('lmi-careerometer').shadowRoot.querySelector('.bar .value')).fill",
    );
    expect(fill).toBe('rgb(122, 46, 141)');
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('works in a frame', async () => {
    const { page, trouble } = await open(
      frameSnippet('careerometer', service, { occupations: '5241', lang: 'cy' }),
    );
    const inside = page.frameLocator('iframe').locator('lmi-careerometer');
    await inside.locator('.card section').first().waitFor();
    expect(await inside.getByRole('heading', { level: 2 }).innerText()).toBe('Cymharu swyddi');
    expect(trouble).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  it('is a link where scripts are off', async () => {
    const { page } = await open(careerometer(), { javaScriptEnabled: false });
    const link = page.getByRole('link', { name: 'Compare jobs on LMI for All' });
    expect(await link.isVisible()).toBe(true);
    const { pathname, origin } = new URL((await link.getAttribute('href'))!);
    expect(origin).toBe(service);
    expect((await fetch(`${service}${pathname}`)).status).toBe(200);
    await page.close();
  });

  it('says so when the service cannot be reached, and tries again on demand', async () => {
    let blocked = true;
    const { page, widget } = await open(careerometer({ occupations: '5241' }), {
      before: (page) =>
        page.route('**/api/v2/**', (route) => (blocked ? route.abort('blockedbyclient') : route.continue())),
    });
    const alert = widget.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('The figures could not be loaded.');
    expect(await alert.getByRole('link').getAttribute('href')).toBe(`${service}/occupations/5241`);
    expect(await violations(page)).toEqual([]);
    blocked = false;
    await widget.getByRole('button', { name: 'Try again' }).click();
    await figuresOf(widget, 1);
    await page.close();
  });

  it('says what is wrong with a code that does not exist, and shows the others', async () => {
    const { page, widget } = await open(careerometer({ occupations: '5241,1999,nonsense' }));
    await figuresOf(widget, 1);
    await widget.getByRole('alert').waitFor();
    expect(await widget.getByRole('alert').innerText()).toContain('There is no job with the code 1999.');
    expect(await widget.getByRole('alert').getByRole('link').getAttribute('href')).toBe(
      `${service}/occupations`,
    );
    await page.close();
  });

  it('says that it takes its time when the service is slow', async () => {
    const { page, widget } = await open(careerometer({ occupations: '5241' }), {
      before: (page) =>
        page.route('**/api/v2/occupations/compare**', async (route) => {
          await new Promise((resolve) => setTimeout(resolve, 3_600));
          await route.continue();
        }),
    });
    await widget.getByText('Loading the figures …').waitFor();
    await widget.getByText('This is taking longer than usual …').waitFor();
    await figuresOf(widget, 1);
    await page.close();
  });

  it('knows the attributes that its description lists', async () => {
    const { page } = await open(`${careerometer()}${widgetSnippet('skillsometer', service)}`);
    for (const { tag, attributes } of widgets) {
      await page.evaluate(`customElements.whenDefined('${tag}')`);
      const observed = await page.evaluate<string[]>(`customElements.get('${tag}').observedAttributes`);
      expect(observed.sort()).toEqual(attributes.map(({ name }) => name).sort());
    }
    await page.close();
  });
});

describe('the Skillsometer on another site', () => {
  it('gives the jobs that fit, with reasons, as the API has them', async () => {
    const { page, widget, trouble } = await open(widgetSnippet('skillsometer', service, { limit: '3' }));
    await widget.getByRole('button', { name: 'Show jobs that fit' }).click();
    expect(await widget.getByRole('alert').innerText()).toBe('Rate at least one thing first.');
    const rate = (question: string, answer: string) =>
      widget.getByRole('group', { name: question }).getByRole('radio', { name: answer, exact: true }).check();
    await rate('Helping, teaching or caring for people', 'Very much');
    await rate('Science', 'Well');
    await widget.getByRole('button', { name: 'Show jobs that fit' }).click();
    await widget.locator('.job').first().waitFor();
    const answer = await fetch(
      `${service}/api/v2/skills/match?like=1.B.1.d:5&can=2.A.1.f:4&limit=3&reasons=6`,
    );
    const { matches } = (await answer.json()) as { matches: { title: string; score: number }[] };
    expect(await widget.locator('.job .line').allInnerTexts()).toEqual(
      matches.map(({ title, score }) =>
        expect.stringMatching(
          new RegExp(
            `^${title.replace(/[().]/g, '.')}\\s+Fit: ${new Intl.NumberFormat('en-GB', { style: 'percent' }).format(score)}$`,
          ),
        ),
      ),
    );
    expect(await widget.locator('.job').first().innerText()).toMatch(
      /Helping, teaching or caring for people – you: very much; the job: /,
    );
    expect(await widget.locator('footer').innerText()).toMatch(
      /Worked out from published figures\.[\s\S]*Source: /,
    );
    expect(await violations(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('fits a narrow page, by keyboard, in Welsh', async () => {
    const { page, widget } = await open(widgetSnippet('skillsometer', service, { lang: 'cy' }), {
      viewport: { width: 320, height: 700 },
    });
    await widget.getByRole('radio').first().waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowRight');
    expect(await widget.getByRole('radio').nth(1).isChecked()).toBe(true);
    await page.keyboard.press('Enter');
    await widget.locator('.job').first().waitFor();
    expect(await widget.locator('#jobs').innerText()).toBe('Swyddi sy’n cyd-fynd â’ch atebion');
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

describe('what the service sends', () => {
  it.each(['careerometer', 'skillsometer'])(
    'is the script of the %s for any origin, to be kept',
    async (name) => {
      const answer = await fetch(`${service}/${name}.js`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const etag = answer.headers.get('etag')!;
      const again = await fetch(`${service}/${name}.js`, { headers: { 'If-None-Match': etag } });
      expect(again.status).toBe(304);
      const [, lasting] = /src="[^"]*?(\/\w+\.[\da-f]{10}\.js)"/.exec(
        widgetSnippet(name as 'careerometer', service, {}, true),
      )!;
      const pinned = await fetch(`${service}${lasting}`);
      expect(pinned.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(await pinned.text()).toBe(await answer.text());
    },
  );

  it('is a page for frames, which lets anybody frame it and asks nobody else', async () => {
    const answer = await fetch(
      `${service}/careerometer/embed?occupations=5241"><script>alert(1)</script>&api=https://evil.test`,
    );
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors \*/);
    const text = await answer.text();
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('evil.test');
  });
});
