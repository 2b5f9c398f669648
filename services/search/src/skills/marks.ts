/** The source's flags as marks of this project. */
import { isMark, sortMarks, type Mark } from '@lmi/statistics';

/** `S`: the source recommends to suppress the value, as too few answers or too much spread stand behind it. */
export const suppress = 'S';
/** `R`: most of those asked said that the element is not relevant to the occupation; its level then means nothing. */
export const notRelevant = 'R';

/** Marks of one rating of the source. */
export function marksOfFlags(flags: string): Mark[] {
  const marks: Mark[] = [];
  if (flags.includes(suppress)) marks.push('unreliable');
  if (flags.includes(notRelevant)) marks.push('not-applicable');
  return sortMarks(marks);
}

/** Marks as one text column holds them. */
export function marksText(marks: Iterable<Mark>): string {
  return sortMarks(marks).join(',');
}

export function marksOfText(text: string): Mark[] {
  return text.split(',').filter(isMark);
}
