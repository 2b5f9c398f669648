import { marks, type Mark } from '@lmi/statistics';
import type { Cell } from './answers';

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-GB', {
  style: 'currency',
  currency: 'GBP',
  maximumFractionDigits: 0,
});
const pence = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'GBP' });

/** Modelled counts are not known to the person: shown to the nearest hundred from a thousand on. */
function count(value: number, modelled: boolean): string {
  return whole.format(modelled && Math.abs(value) >= 1000 ? Math.round(value / 100) * 100 : value);
}

/** A number as a reader expects it, with its unit. */
export function figure(value: number, unit: string, modelled = false): string {
  switch (unit) {
    case 'GBP/week':
    case 'GBP/year':
      return money.format(value);
    case 'GBP/hour':
      return pence.format(value);
    case 'percent':
      return `${tenths.format(value)}%`;
    case 'hours/week':
      return `${tenths.format(value)} hours`;
    case 'people':
    case 'jobs':
    case 'adverts':
      return count(value, modelled);
    default:
      return tenths.format(value);
  }
}

export function cellText(cell: Cell): string {
  if (cell.value === null) return cell.marks.includes('confidential') ? 'Withheld' : 'Not available';
  return figure(cell.value, cell.unit, cell.marks.includes('modelled'));
}

const KIND: Partial<Record<Mark, 'care' | 'bad'>> = {
  acceptable: 'care',
  'small-sample': 'care',
  coarser: 'care',
  break: 'care',
  unreliable: 'bad',
  confidential: 'bad',
  'not-available': 'bad',
  'not-applicable': 'bad',
};

export interface MarkView {
  readonly mark: Mark;
  /** "Small sample". */
  readonly text: string;
  readonly meaning: string;
  /** How it is coloured: nothing to worry about, care, no use. */
  readonly kind: 'plain' | 'care' | 'bad';
}

export function markWords(mark: string): string {
  const words = mark.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The marks of the cells, each once, in the order of the list of marks. */
export function marksOf(cells: Iterable<Cell>): MarkView[] {
  const present = new Set([...cells].flatMap((cell) => [...cell.marks]));
  return allMarks().filter(({ mark }) => present.has(mark));
}

export function allMarks(): MarkView[] {
  return marks.map(({ mark, meaning }) => ({
    mark,
    text: markWords(mark),
    meaning,
    kind: KIND[mark] ?? 'plain',
  }));
}

/** "November 2025" of "2025-11". */
export function monthName(period: string): string {
  const date = new Date(`${period}-01T00:00:00Z`);
  return Number.isNaN(date.getTime())
    ? period
    : date.toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

/** "30 November 2026" of a time stamp. */
export function dayName(stamp: string): string {
  const date = new Date(stamp);
  return Number.isNaN(date.getTime())
    ? stamp
    : date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${whole.format(number)} ${number === 1 ? one : many}`;
}
