import Combobox from '@github/combobox-nav';
import type { LmiClient } from '@lmi/client';
import { html, LitElement, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { searchStyles } from './search-styles';
import { fill, type Texts } from './texts';

/** An occupation that was chosen. */
export interface Chosen {
  readonly code: string;
  readonly title: string;
}

interface Hit extends Chosen {
  /** The job title that was found. */
  readonly jobTitle: string;
}

const PAUSE_MS = 150;
const SHORTEST = 2;
const MOST = 8;

type State = 'idle' | 'searching' | 'found' | 'failed';

/**
 * A search for an occupation by its title: an editable combobox with a list of suggestions, as the ARIA Authoring Practices
 * have it. Inside of a widget only: it says what was chosen in an event `lmi-chosen` of its own.
 */
export class SearchBox extends LitElement {
  static override properties: PropertyDeclarations = {
    texts: { attribute: false },
    client: { attribute: false },
    number: { attribute: false },
    hits: { state: true },
    state: { state: true },
    open: { state: true },
  };
  static override styles = searchStyles;

  declare texts: Texts;
  declare client: LmiClient;
  /** Which of several it is, for its label. */
  declare number: string;
  declare private hits: readonly Hit[];
  declare private state: State;
  declare private open: boolean;
  private combobox: Combobox | undefined;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private underWay: AbortController | undefined;
  private words = '';

  constructor() {
    super();
    this.number = '';
    this.hits = [];
    this.state = 'idle';
    this.open = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.pause);
    this.underWay?.abort();
  }

  override focus(): void {
    void this.updateComplete.then(() => this.input?.focus());
  }

  private get input(): HTMLInputElement | null {
    return this.renderRoot.querySelector('input');
  }

  protected override firstUpdated(): void {
    const list = this.renderRoot.querySelector<HTMLElement>('[role=listbox]')!;
    this.combobox = new Combobox(this.input!, list, { tabInsertsSuggestions: false });
    list.addEventListener('combobox-commit', (event) => {
      const hit = this.hits[Number((event.target as HTMLElement).dataset.index)];
      if (hit) this.choose(hit);
    });
  }

  private show(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    if (open) this.combobox?.start();
    else this.combobox?.stop();
  }

  private choose({ code, title }: Chosen): void {
    this.show(false);
    this.dispatchEvent(new CustomEvent<Chosen>('lmi-chosen', { detail: { code, title } }));
  }

  private typed = (): void => {
    this.words = this.input?.value.trim() ?? '';
    clearTimeout(this.pause);
    this.underWay?.abort();
    if (this.words.length < SHORTEST) {
      this.hits = [];
      this.state = 'idle';
      this.show(false);
      return;
    }
    this.pause = setTimeout(() => void this.search(), PAUSE_MS);
  };

  private search = async (): Promise<void> => {
    const underWay = new AbortController();
    this.underWay = underWay;
    this.state = 'searching';
    try {
      const { data } = await this.client.GET('/api/v2/occupations/suggest', {
        params: { query: { q: this.words, limit: MOST } },
        signal: underWay.signal,
      });
      if (underWay.signal.aborted) return;
      this.hits = data?.suggestions ?? [];
      this.state = data ? 'found' : 'failed';
    } catch {
      if (underWay.signal.aborted) return;
      this.hits = [];
      this.state = 'failed';
    }
    await this.updateComplete;
    this.show(this.hits.length > 0);
  };

  private pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.open) {
      event.stopPropagation();
      this.show(false);
    } else if (event.key === 'ArrowDown' && !this.open && this.hits.length > 0) {
      this.show(true);
    }
  };

  private get said(): string {
    const { texts } = this;
    if (this.state === 'searching') return texts.searching;
    if (this.state === 'failed') return texts.searchFailed;
    if (this.state !== 'found') return '';
    return this.hits.length > 0 ? fill(texts.results, String(this.hits.length)) : texts.noResults;
  }

  protected override render(): TemplateResult {
    const { texts } = this;
    const seen = this.state === 'failed' || (this.state === 'found' && this.hits.length === 0);
    return html`<div class="search">
      <label for="words"
        >${fill(texts.job, this.number)}<span class="label">${texts.searchLabel}</span></label
      >
      <p id="hint">${texts.searchHint}</p>
      <div class="field">
        <input
          id="words"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="100"
          role="combobox"
          aria-expanded=${this.open ? 'true' : 'false'}
          aria-autocomplete="list"
          aria-controls="list"
          aria-describedby="hint"
          @input=${this.typed}
          @keydown=${this.pressed}
          @blur=${() => this.show(false)}
        />
        <ul
          id="list"
          role="listbox"
          aria-label=${texts.searchLabel}
          ?hidden=${!this.open}
          @mousedown=${(event: Event) => event.preventDefault()}
        >
          ${this.hits.map(
            (hit, index) =>
              html`<li role="option" id=${`option-${index}`} data-index=${index} lang="en">
                <span>${hit.jobTitle}</span>
                ${hit.title === hit.jobTitle ? nothing : html`<small>${hit.title}</small>`}
              </li>`,
          )}
        </ul>
      </div>
      <p class=${seen ? 'said' : 'hidden'} role="status">${this.said}</p>
      ${
        this.state === 'failed'
          ? html`<button type="button" @click=${this.search}>${texts.retry}</button>`
          : nothing
      }
    </div>`;
  }
}

if (!customElements.get('lmi-search-box')) customElements.define('lmi-search-box', SearchBox);
