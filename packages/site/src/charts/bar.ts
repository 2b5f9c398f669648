import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { px } from './frame';

/**
 * Bars of a table's rows, as drawings for its cells: the table is the chart, and is read as any table. Undefined where a
 * row has no value. @param reference value that every bar shows as a stroke, for comparison.
 */
export function bars(
  values: readonly (number | null)[],
  {
    highlighted,
    reference,
  }: { highlighted?: number | undefined; reference?: number | null | undefined } = {},
): (string | undefined)[] {
  const top = max([...values, reference ?? 0], (value) => value ?? 0) || 1;
  const x = scaleLinear([0, top], [0, 100]);
  const stroke =
    reference === undefined || reference === null
      ? ''
      : `<rect class="lmi-chart__reference" x="${px(Math.min(99.2, x(reference) - 0.4))}" width="0.8" height="10"/>`;
  return values.map((value, at) => {
    if (value === null) return undefined;
    const style =
      highlighted === undefined || at === highlighted
        ? 'lmi-chart__bar'
        : 'lmi-chart__bar lmi-chart__bar--soft';
    return `<svg class="lmi-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="${style}" width="${px(Math.max(0, x(value)))}" height="10"/>${stroke}</svg>`;
  });
}
