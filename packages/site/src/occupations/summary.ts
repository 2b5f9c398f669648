import type { Cell } from '../answers';
import { cellText } from '../text';

/** A chart in one sentence. */
export function chartSummary(
  what: string,
  rows: readonly { readonly label: string; readonly cell: Cell }[],
): string {
  return `${what}. ${rows.map(({ label, cell }) => `${label}: ${cellText(cell)}`).join('; ')}.`;
}
