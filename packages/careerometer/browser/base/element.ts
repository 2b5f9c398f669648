import { html, LitElement, type CSSResultGroup, type PropertyDeclarations, type TemplateResult } from 'lit';
import { clientOf } from './api';
import { frameStyles } from './styles';
import { textsOf, type Texts } from './texts';
import type { LmiClient } from '@lmi/client';

/** What both widgets share: language, colours, where the API is, and a frame that no style of the page reaches into. */
export abstract class WidgetElement extends LitElement {
  static override properties: PropertyDeclarations = {
    lang: { reflect: false },
    theme: {},
    accent: {},
    api: {},
  };
  static override styles: CSSResultGroup = frameStyles;

  declare theme: string;
  declare accent: string;
  declare api: string;
  private known: { readonly api: string; readonly client: LmiClient } | undefined;

  constructor() {
    super();
    this.lang = '';
    this.theme = 'light';
    this.accent = '';
    this.api = '';
  }

  /** Of the element, or of what it stands in. */
  protected get texts(): Texts {
    const tag = this.lang || this.parentElement?.closest('[lang]')?.getAttribute('lang') || 'en';
    return textsOf(tag);
  }

  protected get client(): LmiClient {
    const { api } = this;
    if (this.known?.api !== api) this.known = { api, client: clientOf(api) };
    return this.known.client;
  }

  /** Tells the page; events pass through shadow roots. */
  protected tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  protected abstract content(texts: Texts): TemplateResult;

  protected override render(): TemplateResult {
    const { texts } = this;
    return html`<div class="frame" part="frame" data-theme=${this.theme} lang=${texts.locale}>
      <div class="inside">${this.content(texts)}</div>
    </div>`;
  }

  protected override updated(): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.frame');
    // By the object model: pages may forbid style attributes.
    if (this.accent) frame?.style.setProperty('--accent', this.accent);
    else frame?.style.removeProperty('--accent');
  }
}
