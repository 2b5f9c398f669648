/** What occupations are rated on, and the units of the ratings. */

export const domains = ['skills', 'abilities', 'knowledge', 'activities', 'interests'] as const;
export type Domain = (typeof domains)[number];

export function isDomain(text: string): text is Domain {
  return (domains as readonly string[]).includes(text);
}

/** Cell units; the scale is part of the unit, as ratings mean nothing without its ends. */
export const units = {
  importance: 'importance 1-5',
  level: 'level 0-7',
  interest: 'interest 1-7',
} as const;

/** Least and greatest value of each scale of the source, by its id. */
export const scaleLimits = {
  IM: { least: 1, greatest: 5 },
  LV: { least: 0, greatest: 7 },
  OI: { least: 1, greatest: 7 },
  IH: { least: 0, greatest: 6 },
} as const;

export type ScaleId = keyof typeof scaleLimits;

/** O*NET-SOC 2019 code: "11-1011.00". */
export const onetCode = /^\d{2}-\d{4}\.\d{2}$/;

/** Element of the content model: "2.A.1.a". */
export const elementId = /^[1-6](?:\.[A-Z](?:\.\d+(?:\.[a-z](?:\.\d+)?)?)?)$/;

/** Interest high-points say which interests come first: nothing that could be rated. */
export const highPoint = /^1\.B\.1\.[ghi]$/;
