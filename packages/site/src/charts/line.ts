import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { area, curveMonotoneX, line } from 'd3-shape';
import { chart, px, text } from './frame';

export interface Point {
  readonly x: number;
  /** null: withheld or not available; the line has a gap. */
  readonly y: number | null;
}

export interface LineChart {
  readonly title: string;
  readonly observed: readonly Point[];
  /** Drawn dashed on shaded ground; begins with the last observed point. */
  readonly projected?: readonly Point[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  readonly format: (value: number) => string;
}

const TOP = 26;
const BOTTOM = 30;

/** How a quantity goes over time, from zero. */
export function lineChart({ title, observed, projected = [], ticks, format }: LineChart): string {
  const all = [...observed, ...projected];
  const first = all[0]?.x ?? 0;
  const last = all.at(-1)?.x ?? 1;
  const top = max(all, ({ y }) => y ?? 0) ?? 0;
  return chart(title, (width, narrow) => {
    const height = narrow ? 230 : 300;
    const y = scaleLinear()
      .domain([0, top || 1])
      .nice(narrow ? 4 : 5)
      .range([height - BOTTOM, TOP]);
    const grid = y.ticks(narrow ? 4 : 5);
    const left = 14 + 8.8 * Math.max(...grid.map((value) => format(value).length));
    const x = scaleLinear([first, last], [left, width - 16]);
    const shape = line<Point>()
      .defined((point) => point.y !== null)
      .x((point) => x(point.x))
      .y((point) => y(point.y ?? 0))
      .curve(curveMonotoneX);
    const ground = area<Point>()
      .defined((point) => point.y !== null)
      .x((point) => x(point.x))
      .y0(y(0))
      .y1((point) => y(point.y ?? 0))
      .curve(curveMonotoneX);
    const parts = grid.map(
      (value) =>
        `<line class="lmi-chart__grid" x1="${px(left)}" x2="${width - 16}" y1="${px(y(value))}" y2="${px(y(value))}"/>` +
        text(left - 8, y(value) + 5, format(value), 'end'),
    );
    const begin = projected[0];
    if (begin) {
      parts.push(
        `<rect class="lmi-chart__future" x="${px(x(begin.x))}" y="${TOP - 6}" width="${px(x(last) - x(begin.x))}" height="${height - BOTTOM - TOP + 6}"/>`,
        text((x(begin.x) + x(last)) / 2, TOP + 10, 'projected', 'middle', 'lmi-chart__note'),
      );
    }
    parts.push(`<path class="lmi-chart__area" d="${ground(observed) ?? ''}"/>`);
    if (begin)
      parts.push(`<path class="lmi-chart__line lmi-chart__line--dashed" d="${shape(projected) ?? ''}"/>`);
    parts.push(`<path class="lmi-chart__line" d="${shape(observed) ?? ''}"/>`);
    // A year between gaps has no line of its own.
    if (observed.length <= 8) {
      for (const point of observed) {
        if (point.y !== null)
          parts.push(`<circle class="lmi-chart__dot" cx="${px(x(point.x))}" cy="${px(y(point.y))}" r="4"/>`);
      }
    }
    const end = all.findLast((point) => point.y !== null);
    if (end?.y) {
      parts.push(
        `<circle class="lmi-chart__dot" cx="${px(x(end.x))}" cy="${px(y(end.y))}" r="5"/>`,
        text(width - 16, y(end.y) - 12, format(end.y), 'end', 'lmi-chart__value'),
      );
    }
    const every = narrow ? Math.ceil(ticks.length / 4) : Math.ceil(ticks.length / 9);
    const shown = ticks.filter((_tick, at) => (ticks.length - 1 - at) % every === 0);
    for (const tick of shown) {
      const at = x(tick.x);
      const anchor = at > width - 40 ? 'end' : at < left + 20 ? 'start' : 'middle';
      parts.push(
        text(
          anchor === 'end' ? width - 10 : anchor === 'start' ? left - 6 : at,
          height - 8,
          tick.label,
          anchor,
        ),
      );
    }
    return { height, body: parts.join('') };
  });
}
