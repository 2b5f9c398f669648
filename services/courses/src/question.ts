/** Requests, checked. */
import { invalidArgument, notFound, type Classification, type Reference } from '@lmi/kit';

export interface Occupation {
  readonly code: string;
  readonly classification: Classification;
}

const classifications = ['', 'soc2010', 'soc2020'];

/** @throws LmiError invalid-argument naming the field; not-found for a code that the classification does not have. */
export function readOccupation(code: string, asked: string, reference: Reference): Occupation {
  const occupation = code.trim();
  if (!classifications.includes(asked)) {
    throw invalidArgument(
      'classification',
      `classification: "${asked}" is not one of soc2010, soc2020`,
      classifications.slice(1),
    );
  }
  if (!/^[1-9]\d{0,3}$/.test(occupation)) {
    throw invalidArgument('occupation', `occupation: "${occupation}" is not a code of 1 to 4 digits`);
  }
  const tried = (asked === '' ? ['soc2010', 'soc2020'] : [asked]) as Classification[];
  for (const classification of tried) {
    if (reference.occupation(classification, occupation)) return { code: occupation, classification };
  }
  const name = asked === '' ? 'SOC 2010 or SOC 2020' : asked === 'soc2010' ? 'SOC 2010' : 'SOC 2020';
  throw notFound(`occupation: there is no occupation "${occupation}" in ${name}`, 'occupation');
}

/** "CAH10-01-02" from what was typed: case and the letters do not matter. */
export function readSubject(text: string): string {
  const code = `CAH${text.trim().toUpperCase().replace(/^CAH/, '')}`;
  if (/^CAH\d{2}(-\d{2}){0,2}$/.test(code)) return code;
  throw invalidArgument('subject', `subject: "${text}" is not a subject code such as CAH10 or CAH10-01-02`);
}

export const modes: Readonly<Record<string, string>> = { '1': 'full-time', '2': 'part-time', '3': 'both' };

/** The source's code of a mode; '' for any. */
export function readMode(text: string): string {
  if (text === '') return '';
  const found = Object.entries(modes).find(([, name]) => name === text);
  if (found) return found[0];
  const valid = Object.values(modes);
  throw invalidArgument('mode', `mode: "${text}" is not one of ${valid.join(', ')}`, valid);
}
