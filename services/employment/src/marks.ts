/** What the markers of the source tables mean, where the general vocabulary does not know them. */
import { marksOfMarker, sortMarks, type Mark } from '@lmi/statistics';

/** Employment by industry; "shaded" is the workbook's way to say "based on a small sample size". */
export function marksOfEmploymentMarker(marker: string): Mark[] {
  return marker === 'shaded' ? ['small-sample'] : marksOfMarker('employment', marker);
}

/**
 * APS tables by area. A number whose interval is `*` is shown by the source as unreliable (3 to 9 people asked): it
 * keeps its value with the mark. In these exports `-` is "missing", not nil.
 */
export function marksOfApsMarker(marker: string, withheld: boolean): Mark[] {
  if (marker === '-') return ['not-available'];
  if (marker === '*' && !withheld) return ['unreliable', 'small-sample'];
  return marksOfMarker('aps', marker);
}

/** Marker of an England figure that only the first run of the projections has. */
export const firstRunMarker = 'first_run';

export function marksOfProjectionMarker(marker: string): Mark[] {
  const parts = marker === '' ? [] : marker.split(';');
  return sortMarks(
    parts.flatMap((part) => (part === firstRunMarker ? [] : marksOfMarker('projections', part))),
  );
}
