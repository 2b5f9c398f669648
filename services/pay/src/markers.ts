/** How pay_cell keeps the source's markers, and the marks they stand for. */
import { marksOfMarker, type Mark } from '@lmi/statistics';

/** Written beside the markers of a row that comes from a revised edition; provisional is the rule. */
export const revisedMarker = 'edition=revised';

/** The marker of one column in a row's `column=marker` pairs; undefined when it has none. */
export function markerOf(markers: string, column: string): string | undefined {
  const text = `;${markers};`;
  const start = text.indexOf(`;${column}=`);
  if (start < 0) return undefined;
  const from = start + column.length + 2;
  return text.slice(from, text.indexOf(';', from));
}

/**
 * Why a value is withheld. A cell without a marker of its own shares that of the number of jobs (the source leaves
 * the rest of such a row empty), unless jobs are only too uncertain to print; else there is just no figure.
 */
export function marksOfValue(markers: string, column: string): Mark[] {
  const own = markerOf(markers, column);
  if (own !== undefined) return marksOfMarker('ashe', own);
  const jobs = markerOf(markers, 'jobs_thousand');
  return jobs === undefined || jobs === 'x' ? ['not-available'] : marksOfMarker('ashe', jobs);
}

/** "provisional" or "revised": the edition that a row comes from. */
export function editionMark(markers: string): Mark {
  return markers.endsWith(revisedMarker) ? 'revised' : 'provisional';
}
