import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { chart, px, text } from './frame';

export interface Spread {
  readonly label: string;
  /** Percentiles, as far as they are known. */
  readonly p10: number | null;
  readonly p25: number | null;
  readonly median: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
}

const ROW = 74;
const AXIS = 34;

/** How pay spreads over people: the middle half as a bar, the middle four fifths as a line, the median as a stroke. */
export function spreadChart(
  title: string,
  rows: readonly Spread[],
  format: (value: number) => string,
): string {
  const top = max(rows, (row) => max([row.p90, row.p75, row.median].map((value) => value ?? 0)) ?? 0) ?? 0;
  return chart(title, (width, narrow) => {
    const height = rows.length * ROW + AXIS;
    const x = scaleLinear()
      .domain([0, top || 1])
      .nice(narrow ? 3 : 6)
      .range([4, width - 24]);
    const floor = height - AXIS;
    const parts = x
      .ticks(narrow ? 3 : 6)
      .map(
        (value) =>
          `<line class="lmi-chart__grid" x1="${px(x(value))}" x2="${px(x(value))}" y1="0" y2="${floor}"/>` +
          text(
            x(value),
            height - 12,
            format(value),
            x(value) < 20 ? 'start' : x(value) > width - 40 ? 'end' : 'middle',
          ),
      );
    rows.forEach((row, at) => {
      const middle = at * ROW + 46;
      const style = at === 0 ? 'lmi-chart__bar' : 'lmi-chart__bar lmi-chart__bar--soft';
      parts.push(text(4, middle - 26, row.label, 'start', 'lmi-chart__value'));
      if (row.p10 !== null && row.p90 !== null)
        parts.push(
          `<line class="lmi-chart__whisker" x1="${px(x(row.p10))}" x2="${px(x(row.p90))}" y1="${middle}" y2="${middle}"/>`,
          ...[row.p10, row.p90].map(
            (value) =>
              `<line class="lmi-chart__whisker" x1="${px(x(value))}" x2="${px(x(value))}" y1="${middle - 7}" y2="${middle + 7}"/>`,
          ),
        );
      if (row.p25 !== null && row.p75 !== null)
        parts.push(
          `<rect class="${style}" x="${px(x(row.p25))}" y="${middle - 12}" width="${px(x(row.p75) - x(row.p25))}" height="24" rx="3"/>`,
        );
      if (row.median !== null)
        parts.push(
          `<line class="lmi-chart__median" x1="${px(x(row.median))}" x2="${px(x(row.median))}" y1="${middle - 16}" y2="${middle + 16}"/>`,
        );
    });
    return { height, body: parts.join('') };
  });
}
