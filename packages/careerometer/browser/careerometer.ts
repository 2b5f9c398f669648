import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { home, SLOW_MS } from './base/api';
import { bar, longestOf } from './base/bars';
import { WidgetElement } from './base/element';
import {
  notesOf,
  numberOf,
  shownOf,
  widerThan,
  yearsOf,
  type Compared,
  type Comparison,
  type Shown,
} from './base/figures';
import { formatsOf, type Formats } from './base/format';
import './base/search-box';
import type { Chosen } from './base/search-box';
import { frameStyles } from './base/styles';
import { fill, type FigureName, type Texts } from './base/texts';
import { careerometerStyles } from './careerometer-styles';

/** Numbers of the places for jobs. */
const PLACES = ['1', '2', '3'] as const;
const KINGDOM = 'K02000001';
const CODE = /^[1-9]\d{0,3}$/;

/** What is known of one chosen occupation. */
type Load =
  | { readonly state: 'loading'; readonly slow: boolean; readonly title: string }
  | { readonly state: 'failed'; readonly title: string; readonly detail: string }
  | { readonly state: 'ready'; readonly comparison: Comparison; readonly compared: Compared };

/**
 * `<lmi-careerometer>`: up to three occupations side by side.
 *
 * Every number comes from `/api/v2/occupations/compare` as it is shown; none is worked out here. What was chosen stands in
 * the attribute `occupations`, so that a copy of the element, or one that was moved, shows the same.
 */
export class Careerometer extends WidgetElement {
  static override properties: PropertyDeclarations = {
    ...WidgetElement.properties,
    occupations: { reflect: true },
    area: {},
    loads: { state: true },
  };
  static override styles: CSSResultGroup = [frameStyles, careerometerStyles];

  /** Comma list of SOC 2020 codes. */
  declare occupations: string;
  declare area: string;
  declare private loads: ReadonlyMap<string, Load>;
  /** Element to go to after the next update, by its selector. */
  private goTo: string | undefined;

  constructor() {
    super();
    this.occupations = '';
    this.area = '';
    this.loads = new Map();
  }

  private get codes(): readonly string[] {
    const asked = this.occupations.split(',').map((code) => code.trim());
    return [...new Set(asked)].filter((code) => CODE.test(code)).slice(0, PLACES.length);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    const old = changed.has('area') || changed.has('api') ? new Map<string, Load>() : this.loads;
    const { codes } = this;
    const missing = codes.filter((code) => !old.has(code));
    if (missing.length === 0 && old === this.loads) return;
    const kept = new Map(old);
    for (const code of missing) kept.set(code, { state: 'loading', slow: false, title: '' });
    this.loads = kept;
    for (const code of missing) void this.load(code);
  }

  protected override updated(): void {
    super.updated();
    const target =
      this.goTo === undefined ? undefined : this.renderRoot.querySelector<HTMLElement>(this.goTo);
    if (!target) return;
    this.goTo = undefined;
    target.focus();
  }

  private put(code: string, load: Load): void {
    this.loads = new Map(this.loads).set(code, load);
  }

  private async load(code: string, title = ''): Promise<void> {
    const { texts } = this;
    const area = this.area || KINGDOM;
    const isStale = () => area !== (this.area || KINGDOM);
    const slow = setTimeout(() => {
      if (!isStale()) this.put(code, { state: 'loading', slow: true, title });
    }, SLOW_MS);
    try {
      const { data, error, response } = await this.client.GET('/api/v2/occupations/compare', {
        params: { query: { codes: code, area } },
      });
      if (isStale()) return;
      const [compared] = data?.occupations ?? [];
      if (data && compared) {
        this.put(code, { state: 'ready', comparison: data, compared });
        this.tell('lmi-figures', { code, title: compared.title, area });
        return;
      }
      const slip = response.status === 404 ? fill(texts.unknown, code) : (error?.detail ?? '');
      this.fail(code, title, response.status < 500 && response.status !== 429 ? slip : '');
    } catch {
      if (!isStale()) this.fail(code, title, '');
    } finally {
      clearTimeout(slow);
    }
  }

  private fail(code: string, title: string, detail: string): void {
    this.put(code, { state: 'failed', title, detail });
    this.tell('lmi-error', { code, detail: detail || this.texts.failed });
  }

  private again(code: string, title: string): void {
    this.put(code, { state: 'loading', slow: false, title });
    void this.load(code, title);
  }

  private change(codes: readonly string[]): void {
    this.occupations = codes.join(',');
    this.tell('lmi-occupations', { codes });
  }

  private add({ code, title }: Chosen): void {
    this.goTo = `#job-${code}`;
    if (this.codes.includes(code)) {
      this.requestUpdate();
      return;
    }
    this.put(code, { state: 'loading', slow: false, title });
    void this.load(code, title);
    this.change([...this.codes, code]);
  }

  private drop(code: string): void {
    const kept = new Map(this.loads);
    kept.delete(code);
    this.loads = kept;
    this.goTo = 'lmi-search-box';
    this.change(this.codes.filter((other) => other !== code));
  }

  protected override content(texts: Texts): TemplateResult {
    const { codes } = this;
    const ready = codes.flatMap((code) => {
      const load = this.loads.get(code);
      return load?.state === 'ready' ? [load] : [];
    });
    const free = PLACES.slice(codes.length);
    return html`
      <header part="header">
        <h2>${texts.title}</h2>
        <p class="screen">${texts.intro}</p>
        ${ready[0] ? html`<p><strong>${fill(texts.figuresFor, ready[0].comparison.area.name)}</strong></p>` : nothing}
      </header>
      <div class="slots" data-chosen=${codes.length}>
        ${codes.map(
          (code) => html`<div class="slot card" part="card">${this.card(code, ready, texts)}</div>`,
        )}
        ${free.map(
          (place, index) =>
            html`<div class=${index === 0 ? 'slot screen' : 'slot screen later'}>
              <div class="empty" part="search">
                <lmi-search-box
                  .texts=${texts}
                  .client=${this.client}
                  .number=${place}
                  @lmi-chosen=${(event: CustomEvent<Chosen>) => this.add(event.detail)}
                ></lmi-search-box>
              </div>
            </div>`,
        )}
      </div>
      ${ready.length > 0 ? this.foot(ready, texts) : nothing}
    `;
  }

  private card(code: string, ready: readonly Ready[], texts: Texts): TemplateResult {
    const load = this.loads.get(code) ?? { state: 'loading', slow: false, title: '' };
    const title = load.state === 'ready' ? load.compared.title : load.title;
    const place = PLACES[this.codes.indexOf(code)] ?? '';
    const heading = title || (load.state === 'failed' ? code : fill(texts.job, place));
    const remove = html`<button type="button" class="plain" part="button" @click=${() => this.drop(code)}>
      ${texts.remove}<span class="hidden"> ${heading}</span>
    </button>`;
    const head = (text: string) =>
      html`<div class="head">
        <h3 id=${`job-${code}`} tabindex="-1" lang=${title ? 'en' : texts.locale}>${heading}</h3>
        ${text ? html`<p lang="en">${text}</p>` : nothing}
        <p class="actions screen">
          ${remove}
          ${
            load.state === 'ready'
              ? html`<a href=${this.pageOf(code)} target="_blank" rel="noopener"
                  >${texts.aboutJob}<span class="hidden">: ${title}</span></a
                >`
              : nothing
          }
        </p>
      </div>`;
    // One template for all states: the title keeps the keyboard while the figures come.
    return html`${head(load.state === 'ready' ? load.compared.description : '')}
    ${this.body(code, load, ready, texts)}`;
  }

  private body(code: string, load: Load, ready: readonly Ready[], texts: Texts): TemplateResult {
    if (load.state === 'ready') return this.sections(load, ready, texts);
    if (load.state === 'loading') {
      return html`<div class="message"><p role="status">${load.slow ? texts.slow : texts.loading}</p></div>`;
    }
    return html`<div class="message">
      <div class="trouble" role="alert">
        <p>${load.detail || texts.failed}</p>
        ${
          load.detail
            ? nothing
            : html`<button type="button" class="primary" @click=${() => this.again(code, load.title)}>
                ${texts.retry}
              </button>`
        }
        <a href=${this.pageOf(load.detail ? '' : code)} target="_blank" rel="noopener">${texts.openSite}</a>
      </div>
    </div>`;
  }

  /** The page of the service on an occupation; without a code the one to search. */
  private pageOf(code: string): string {
    return `${this.api || home}/occupations${code && `/${code}`}`;
  }

  private sections(load: Ready, ready: readonly Ready[], texts: Texts): TemplateResult {
    const { compared, comparison } = load;
    const formats = formatsOf(texts);
    const of = (name: FigureName) => shownOf(compared.figures[name]);
    const average = (name: FigureName) => numberOf(shownOf(comparison.average[name]));
    const all = (names: readonly FigureName[], withAverage: boolean) =>
      longestOf(
        ready.flatMap((one) =>
          names.flatMap((name) => [
            numberOf(shownOf(one.compared.figures[name])),
            withAverage ? numberOf(shownOf(one.comparison.average[name])) : undefined,
          ]),
        ),
      );
    const notes = (...names: FigureName[]) => this.notes(load, names, texts);

    const weekly = this.withAverage('weeklyPay', texts.aWeek, formats.pounds, load, all, texts);
    const hours = this.withAverage('weeklyHours', texts.hoursAWeek, formats.hours, load, all, texts);
    const annual = of('annualPay');
    const yearly = figureText(annual, texts, (value) => fill(texts.aYear, formats.pounds(value)));
    const longest = all(['employmentNow', 'employmentFuture'], false);
    const now = of('employmentNow');
    const future = of('employmentFuture');
    const people = (shown: Shown, text: string, projected: boolean) => {
      const words = figureText(shown, texts, (value) =>
        fill(text, formats.people(value), shown.kind === 'unavailable' ? '' : shown.period),
      );
      return html`${figureLine(shown, words, projected, texts)}
      ${bar({ value: numberOf(shown), projected }, longest, undefined, words)}`;
    };
    return html`
      <section part="section">
        <h4>${texts.pay}</h4>
        ${weekly} ${figureLine(annual, yearly, true, texts)}
        <p class="quiet">${texts.payNote}</p>
        ${notes('weeklyPay', 'annualPay')}
      </section>
      <section part="section">
        <h4>${texts.hours}</h4>
        ${hours}
        <p class="quiet">${texts.hoursNote}</p>
        ${notes('weeklyHours')}
      </section>
      <section part="section">
        <h4>${texts.workforce}</h4>
        ${people(now, texts.peopleIn, false)} ${people(future, texts.projectedIn, true)}
        ${notes('employmentNow', 'employmentFuture')}
      </section>
      <section part="section">
        <h4>${texts.outlook}</h4>
        ${this.outlook(of('employmentChange'), average('employmentChange'), formats, texts)}
        ${this.openings(of('openings'), formats, texts)} ${notes('employmentChange', 'openings')}
      </section>
    `;
  }

  private withAverage(
    name: FigureName,
    text: string,
    format: (value: number) => string,
    { compared, comparison }: Ready,
    longest: (names: readonly FigureName[], withAverage: boolean) => number,
    texts: Texts,
  ): TemplateResult {
    const shown = shownOf(compared.figures[name]);
    const average = numberOf(shownOf(comparison.average[name]));
    const words = figureText(shown, texts, (value) => fill(text, format(value)));
    const beside = average === undefined ? '' : fill(texts.ukAverage, fill(text, format(average)));
    return html`${figureLine(shown, words, false, texts)}
    ${bar({ value: numberOf(shown) }, longest([name], true), average, `${words}. ${beside}`)}
    ${beside ? html`<p class="key" part="average">${beside}</p>` : nothing}`;
  }

  private outlook(
    shown: Shown,
    average: number | undefined,
    { percent }: Formats,
    texts: Texts,
  ): TemplateResult {
    const words = figureText(shown, texts, (value) =>
      shown.kind === 'unavailable' ? '' : fill(texts.changeBetween, percent(value), ...yearsOf(shown)),
    );
    return html`${figureLine(shown, words, false, texts)}
    ${
      average === undefined ? nothing : html`<p part="average">${fill(texts.ukAllJobs, percent(average))}</p>`
    }`;
  }

  private openings(shown: Shown, { people }: Formats, texts: Texts): TemplateResult {
    const words = figureText(shown, texts, (value) => fill(texts.openings, people(value)));
    return html`${figureLine(shown, words, true, texts)}
    ${
      shown.kind === 'plain' || shown.kind === 'cautioned'
        ? html`<p class="quiet">${fill(texts.openingsBetween, ...yearsOf(shown))}</p>`
        : nothing
    }`;
  }

  /** What is to be known of some figures, and where they come from: what all of them share is said once. */
  private notes({ compared, comparison }: Ready, names: readonly FigureName[], texts: Texts): TemplateResult {
    const said = names.map((name) => {
      const shown = shownOf(compared.figures[name]);
      return { name, shown, words: notesOf(shown, compared, texts) };
    });
    const shared = (said[0]?.words ?? []).filter((word) => said.every(({ words }) => words.includes(word)));
    const lines = [
      sentences(shared),
      ...said.map(({ name, words }) => {
        const own = sentences(words.filter((word) => !shared.includes(word)));
        return own && `${texts.names[name]}: ${own}`;
      }),
    ];
    const releases = new Set(
      said.flatMap(({ shown }) => (shown.kind === 'unavailable' ? [] : [shown.source.release])),
    );
    const sources = comparison.releases.filter(({ version }) => releases.has(version));
    return html`<div class="notes" part="notes">
      ${lines.filter((line) => line !== '').map((line) => html`<p>${line}</p>`)}
      ${sources.map(
        ({ title, edition }) => html`<p lang="en">${fill(texts.source, `${title}, ${edition}`)}</p>`,
      )}
    </div>`;
  }

  private foot(ready: readonly Ready[], texts: Texts): TemplateResult {
    const lines = new Set(
      ready.flatMap(({ comparison }) => comparison.releases.map((card) => card.attribution)),
    );
    const list = html`<ul class="quiet" lang="en">
      ${[...lines].map((line) => html`<li>${line}</li>`)}
    </ul>`;
    return html`<footer part="footer">
      <button type="button" class="plain screen" part="button" @click=${() => globalThis.print()}>
        ${texts.print}
      </button>
      <details class="screen">
        <summary>${texts.sources}</summary>
        ${list}
      </details>
      <div class="print-only">${list}</div>
    </footer>`;
  }
}

type Ready = Extract<Load, { readonly state: 'ready' }>;

function sentences(words: readonly string[]): string {
  return words.map((word) => `${word}.`).join(' ');
}

function figureText(shown: Shown, texts: Texts, write: (value: number) => string): string {
  const value = numberOf(shown);
  return value === undefined ? texts.none : write(value);
}

/** A figure in large type. One that answers for a wider group than the job says so beside the number. */
function figureLine(shown: Shown, words: string, second: boolean, texts: Texts): TemplateResult {
  const name = numberOf(shown) === undefined ? 'figure missing' : second ? 'figure second' : 'figure';
  const wider = widerThan(shown);
  return html`<p class=${name} part="figure">
    ${words}${wider ? html` <small>${wider === 'group' ? texts.inGroup : texts.inArea}</small>` : nothing}
  </p>`;
}

if (!customElements.get('lmi-careerometer')) customElements.define('lmi-careerometer', Careerometer);
