import type { components } from '@lmi/client';
import { html, nothing, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { home, SLOW_MS } from './base/api';
import { bar } from './base/bars';
import { WidgetElement } from './base/element';
import { frameStyles } from './base/styles';
import { fill, type Texts } from './base/texts';
import { skillsometerStyles } from './skillsometer-styles';

type Element = components['schemas']['SkillElement'];
type Matches = components['schemas']['SkillsMatchReply'];
type Match = Matches['matches'][number];
type Reason = Match['reasons'][number];
type Kind = 'like' | 'can';

const RATINGS = ['1', '2', '3', '4', '5'] as const;
const MOST = '10';
const REASONS = 6;
/** From here a rating speaks for an occupation. */
const FITS = 0.5;
/** Skills that are asked at first: those of the first kinds of O*NET, that people know of themselves. */
const FIRST_SKILLS = /^2\.(A|B\.1)\./;

type Work = 'idle' | 'loading' | 'slow' | 'failed';

/** `<lmi-skillsometer>`: what somebody likes and can, and the occupations that fit, from `/api/v2/skills/match`. */
export class Skillsometer extends WidgetElement {
  static override properties: PropertyDeclarations = {
    ...WidgetElement.properties,
    limit: {},
    elements: { state: true },
    all: { state: true },
    ratings: { state: true },
    listWork: { state: true },
    work: { state: true },
    found: { state: true },
    hint: { state: true },
  };
  static override styles: CSSResultGroup = [frameStyles, skillsometerStyles];

  /** Occupations that are shown. */
  declare limit: string;
  declare private elements: readonly Element[];
  declare private all: boolean;
  declare private ratings: ReadonlyMap<string, string>;
  declare private listWork: Work;
  declare private work: Work;
  declare private found: Matches | undefined;
  declare private hint: boolean;

  constructor() {
    super();
    this.limit = MOST;
    this.elements = [];
    this.all = false;
    this.ratings = new Map();
    this.listWork = 'idle';
    this.work = 'idle';
    this.hint = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.elements.length === 0 && this.listWork !== 'loading') void this.list();
  }

  private async list(): Promise<void> {
    this.listWork = 'loading';
    const slow = setTimeout(() => (this.listWork = 'slow'), SLOW_MS);
    try {
      const { data } = await this.client.GET('/api/v2/skills', {
        params: { query: { domain: 'interests,skills' } },
      });
      this.elements = data?.elements ?? [];
      this.listWork = data ? 'idle' : 'failed';
    } catch {
      this.listWork = 'failed';
    } finally {
      clearTimeout(slow);
    }
    if (this.listWork === 'failed') this.tell('lmi-error', { detail: this.texts.failed });
  }

  private listOf(kind: Kind): string {
    const chosen = [...this.ratings].filter(([key]) => key.startsWith(`${kind}:`));
    return chosen.map(([key, rating]) => `${key.slice(`${kind}:`.length)}:${rating}`).join(',');
  }

  private match = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    this.hint = this.ratings.size === 0;
    if (this.hint) return;
    this.work = 'loading';
    const slow = setTimeout(() => (this.work = 'slow'), SLOW_MS);
    const like = this.listOf('like');
    const can = this.listOf('can');
    try {
      const { data } = await this.client.GET('/api/v2/skills/match', {
        params: {
          query: {
            ...(like ? { like } : {}),
            ...(can ? { can } : {}),
            limit: Number(this.limit) || Number(MOST),
            reasons: REASONS,
          },
        },
      });
      this.found = data;
      this.work = data ? 'idle' : 'failed';
    } catch {
      this.work = 'failed';
    } finally {
      clearTimeout(slow);
    }
    if (this.work === 'failed' || !this.found) {
      this.tell('lmi-error', { detail: this.texts.failed });
      return;
    }
    this.tell('lmi-matches', { codes: this.found.matches.map(({ code }) => code) });
    await this.updateComplete;
    const jobs = this.renderRoot.querySelector<HTMLElement>('#jobs');
    jobs?.focus({ preventScroll: true });
    jobs?.scrollIntoView({ block: 'start' });
  };

  private rate(key: string, rating: string): void {
    this.ratings = new Map(this.ratings).set(key, rating);
    this.hint = false;
  }

  private clear = (): void => {
    this.ratings = new Map();
    this.found = undefined;
    this.work = 'idle';
    this.hint = false;
  };

  private nameOf({ id, name }: Element, texts: Texts): string {
    return texts.interests[id] ?? name;
  }

  protected override content(texts: Texts): TemplateResult {
    const head = html`<header part="header">
      <h2>${texts.skillsTitle}</h2>
      <p class="screen">${texts.skillsIntro}</p>
    </header>`;
    if (this.elements.length === 0)
      return html`${head} ${this.trouble(this.listWork, () => this.list(), texts)}`;
    const interests = this.elements.filter(({ domain }) => domain === 'interests');
    const skills = this.elements.filter(({ domain }) => domain === 'skills');
    const shown = this.all ? skills : skills.filter(({ id }) => FIRST_SKILLS.test(id));
    return html`${head}
      <form class="screen" @submit=${this.match}>
        ${this.group('like', texts.like, interests, texts.likeScale, texts)}
        ${this.group('can', texts.can, shown, texts.canScale, texts)}
        ${
          shown.length < skills.length
            ? html`<button type="button" class="plain more" part="button" @click=${() => (this.all = true)}>
                ${texts.moreSkills}
              </button>`
            : nothing
        }
        <p class="actions">
          <button type="submit" class="primary" part="button">${texts.showJobs}</button>
          <button type="button" class="plain" part="button" @click=${this.clear}>${texts.clear}</button>
        </p>
        <p role="alert">${this.hint ? texts.rateFirst : ''}</p>
      </form>
      ${this.work === 'idle' ? nothing : this.trouble(this.work, () => this.match(), texts)}
      ${this.work === 'idle' && this.found ? this.results(this.found, texts) : nothing}`;
  }

  private trouble(work: Work, again: () => unknown, texts: Texts): TemplateResult {
    if (work !== 'failed') return html`<p role="status">${work === 'slow' ? texts.slow : texts.loading}</p>`;
    return html`<div class="trouble" role="alert">
      <p>${texts.failed}</p>
      <button type="button" class="primary" part="button" @click=${again}>${texts.retry}</button>
      <a href=${`${this.api || home}/occupations`} target="_blank" rel="noopener">${texts.openSite}</a>
    </div>`;
  }

  private group(
    kind: Kind,
    title: string,
    elements: readonly Element[],
    scale: readonly string[],
    texts: Texts,
  ): TemplateResult {
    return html`<div class="group">
      <h3>${title}</h3>
      <p class="ends quiet" aria-hidden="true">1: ${scale.at(0)}. 5: ${scale.at(-1)}.</p>
      ${elements.map((element) => {
        const key = `${kind}:${element.id}`;
        const plain = texts.interests[element.id] !== undefined;
        return html`<fieldset class="question" part="question">
          <legend lang=${plain ? texts.locale : 'en'}>${this.nameOf(element, texts)}</legend>
          <div class="scale">
            ${RATINGS.map(
              (rating, index) =>
                html`<label
                  ><input
                    type="radio"
                    name=${key}
                    value=${rating}
                    .checked=${this.ratings.get(key) === rating}
                    @change=${() => this.rate(key, rating)}
                  /><b aria-hidden="true">${rating}</b><span>${scale[index]}</span></label
                >`,
            )}
          </div>
        </fieldset>`;
      })}
    </div>`;
  }

  private results({ matches, releases }: Matches, texts: Texts): TemplateResult {
    const sources = releases.filter(({ dataset }) => dataset === 'occupation-skills');
    return html`<section class="results arriving">
      <h3 id="jobs" tabindex="-1">${texts.jobsThatFit}</h3>
      <ol class="jobs">
        ${matches.map((one) => this.job(one, texts))}
      </ol>
      <footer part="footer">
        <div class="quiet" part="notes">
          <p>${texts.skillsNote}</p>
          <p>${texts.marks.modelled}.</p>
          ${sources.map(
            ({ title, edition, attribution }) =>
              html`<p lang="en">${fill(texts.source, `${title}, ${edition}`)}. ${attribution}</p>`,
          )}
        </div>
        <p class="actions screen">
          <button type="button" class="plain" part="button" @click=${() => globalThis.print()}>
            ${texts.print}
          </button>
        </p>
      </footer>
    </section>`;
  }

  private job({ code, title, score, reasons }: Match, texts: Texts): TemplateResult {
    const percent = new Intl.NumberFormat(texts.locale, { style: 'percent' }).format(score);
    const fit = fill(texts.fit, percent);
    return html`<li class="job" part="job">
      <div class="line">
        <a href=${`${this.api || home}/occupations/${code}`} target="_blank" rel="noopener" lang="en"
          >${title}</a
        >
        <strong>${fit}</strong>
      </div>
      ${bar({ value: score }, 1, undefined, fit)}
      <div class="reasons">
        ${this.reasons(
          texts.why,
          reasons.filter((reason) => reason.fit >= FITS),
          '',
          texts,
        )}
        ${this.reasons(
          texts.against,
          reasons.filter((reason) => reason.fit < FITS),
          'against',
          texts,
        )}
      </div>
    </li>`;
  }

  private reasons(
    title: string,
    reasons: readonly Reason[],
    name: string,
    texts: Texts,
  ): TemplateResult | typeof nothing {
    if (reasons.length === 0) return nothing;
    return html`<div class=${name}>
      <h4>${title}</h4>
      <ul>
        ${reasons.map((reason) => {
          const scale = reason.kind === 'like' ? texts.likeScale : texts.canScale;
          const words = [reason.yours, reason.theirs].map((rating) => wordOf(rating, scale).toLowerCase());
          return html`<li>${fill(texts.compared, this.nameOf(reason.element, texts), ...words)}</li>`;
        })}
      </ul>
    </div>`;
  }
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** The word of the scale that is nearest to a rating. */
function wordOf(rating: number, scale: readonly string[]): string {
  return scale[RATINGS.findIndex((one) => one === whole.format(rating))] ?? '';
}

if (!customElements.get('lmi-skillsometer')) customElements.define('lmi-skillsometer', Skillsometer);
