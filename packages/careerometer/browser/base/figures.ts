import { readCell, type components, type Figure, type Mark } from '@lmi/client';
import { fill, type FigureName, type Texts } from './texts';

export type Comparison = components['schemas']['CompareReply'];
export type Compared = Comparison['occupations'][number];
export type Figures = Comparison['average'];

/** A figure that came, or the word for why there is none. */
export type Shown = Figure | { readonly kind: 'unavailable' };

export function shownOf(part: Figures[FigureName]): Shown {
  if (part.status === 'ok') return readCell(part.cell);
  return part.status === 'unavailable'
    ? { kind: 'unavailable' }
    : {
        kind: 'withheld',
        reasons: ['not-available'],
        unit: '',
        period: '',
        precision: undefined,
        source: { dataset: '', release: '', licence: '', table: '' },
        asked: undefined,
        answered: undefined,
      };
}

/** The number, for the length of a bar. */
export function numberOf(shown: Shown): number | undefined {
  return shown.kind === 'plain' || shown.kind === 'cautioned' ? shown.value : undefined;
}

/** First and last year of a period such as "2024/2035". */
export function yearsOf({ period }: Figure): readonly [string, string] {
  const [first = '', last = first] = period.split('/');
  return [first, last];
}

/** What the marks of a figure say, in words, each once. */
export function notesOf(shown: Shown, { parents }: Compared, texts: Texts): readonly string[] {
  if (shown.kind === 'unavailable') return [texts.unavailable];
  const marks: readonly Mark[] =
    shown.kind === 'withheld'
      ? shown.reasons
      : [
          ...(shown.precision ? [shown.precision] : []),
          ...(shown.kind === 'cautioned' ? shown.cautions : []),
        ];
  const words = marks.map((mark) =>
    mark === 'coarser' ? widerOf(shown, parents, texts) : texts.marks[mark],
  );
  return [...new Set(words)];
}

function widerOf({ asked, answered }: Figure, parents: Compared['parents'], texts: Texts): string {
  if (!asked || !answered) return texts.marks.coarser;
  const group = parents.find(({ code }) => code === answered.occupation);
  if (group) return fill(texts.widerGroup, group.title);
  return asked.area === answered.area ? texts.marks.coarser : texts.widerArea;
}

/** Whether a number is one for a wider group of jobs, or for a wider area, than was asked. */
export function widerThan(shown: Shown): 'group' | 'area' | undefined {
  if (shown.kind !== 'cautioned' || !shown.cautions.includes('coarser')) return undefined;
  return shown.asked?.occupation === shown.answered?.occupation ? 'area' : 'group';
}
