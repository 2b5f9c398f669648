import { html, nothing, svg, type TemplateResult } from 'lit';

export interface Bar {
  readonly value: number | undefined;
  /** Not observed: drawn in outline. */
  readonly projected?: boolean;
}

const HEIGHT = 10;

/**
 * A bar from nought to `value` on a scale that ends at `longest`, with a line at `average`. The browser scales the picture
 * to the width there is, so no length is worked out.
 */
export function bar(
  { value, projected = false }: Bar,
  longest: number,
  average: number | undefined,
  label: string,
): TemplateResult | typeof nothing {
  if (value === undefined) return nothing;
  return html`<svg
    class="bar"
    part="bar"
    role="img"
    aria-label=${label}
    viewBox=${`0 0 ${longest} ${HEIGHT}`}
    preserveAspectRatio="none"
  >
    <rect class="track" width=${longest} height=${HEIGHT}></rect>
    <rect class=${projected ? 'value projected' : 'value'} width=${value} height=${HEIGHT}></rect>
    ${
      average === undefined
        ? nothing
        : svg`<line class="average-halo" x1=${average} x2=${average} y1="0" y2=${HEIGHT}></line>
          <line class="average" x1=${average} x2=${average} y1="0" y2=${HEIGHT}></line>`
    }
  </svg>`;
}

/** The longest of some values: where their common scale ends. */
export function longestOf(values: readonly (number | undefined)[]): number {
  return Math.max(1, ...values.filter((value) => value !== undefined));
}
