import type { Occupation } from './gen/lmi/occupations/v1/occupations';

/** An occupation as API v1 writes it: made by the gateway for one, by the service for all hits of a search. */
export interface V1Occupation {
  soc: number;
  title: string;
  description: string;
  qualifications: string;
  tasks: string;
  add_titles: string[];
}

export function v1Occupation(occupation: Occupation): V1Occupation {
  return {
    soc: Number(occupation.code),
    title: occupation.title,
    description: occupation.description,
    qualifications: occupation.entryRoutes,
    tasks: v1Tasks(occupation.tasks),
    add_titles: occupation.indexTitles,
  };
}

/**
 * Tasks as one text in the form that clients split: it begins with a space, `;` newline space stands between tasks,
 * and the last ends with a full stop.
 */
export function v1Tasks(tasks: readonly string[]): string {
  const clean = tasks.map((task) => task.trim().replace(/[;.\s]+$/, '')).filter((task) => task !== '');
  return clean.length === 0 ? '' : ` ${clean.join(';\n ')}.`;
}

/** JSON text for v1: the two line ends that JSON allows and old script engines do not are escaped, for JSONP. */
export function v1Text(body: unknown): string {
  return JSON.stringify(body)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}
