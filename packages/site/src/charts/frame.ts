import { escapeHtml } from '../text';

/** Charts are drawn twice, so that their text has its full size on narrow and on wide screens; one of them is shown. */
const WIDTHS = [
  { name: 'narrow', width: 320 },
  { name: 'wide', width: 760 },
] as const;

export interface Drawing {
  readonly height: number;
  readonly body: string;
}

/**
 * @param title what the chart shows, in a sentence with its main figures: it is all that a screen reader gets of the
 *   drawing, and the table beside the chart has the rest.
 */
export function chart(title: string, draw: (width: number, narrow: boolean) => Drawing): string {
  const label = escapeHtml(title);
  return WIDTHS.map(({ name, width }) => {
    const { height, body } = draw(width, name === 'narrow');
    return `<svg class="lmi-chart lmi-chart--${name}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${body}</svg>`;
  }).join('');
}

/** Coordinates to a tenth of a pixel: shorter pages. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function text(x: number, y: number, content: string, anchor = 'start', style = ''): string {
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${style && ` class="${style}"`}>${escapeHtml(content)}</text>`;
}
