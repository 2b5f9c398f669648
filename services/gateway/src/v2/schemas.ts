import { marks } from '@lmi/statistics';
import { z } from 'zod';
import { problemKinds, type ProblemCode } from '../http/problem';

/** The schemas that several routes of v2 share. */

export const classification = z.enum(['soc2020', 'soc2010']).default('soc2020').meta({
  description: 'How to read the occupation code. Figures for SOC 2010 codes are crossed over and modelled.',
});

export const occupationCode = z
  .string()
  .regex(/^[1-9]\d{0,3}$/, 'expected an occupation code of 1 to 4 digits')
  .meta({ description: 'Occupation code, 1 to 4 digits.', example: '2134' });

export const occupation = z
  .string()
  .regex(/^(?:all|[1-9]\d{0,3})$/, 'expected an occupation code of 1 to 4 digits, or "all"')
  .meta({ description: 'Occupation code, 1 to 4 digits, or "all".', example: '2134' });

export const area = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,40}$/, 'expected an area code; /api/v2/areas lists them')
  .default('K02000001')
  .meta({ description: 'Area code as /api/v2/areas lists them; the United Kingdom without it.' });

const FIRST_YEAR = 1990;
const LAST_YEAR = 2100;

function yearParameter(description: string) {
  return z.coerce.number().int().min(FIRST_YEAR).max(LAST_YEAR).optional().meta({ description });
}

export const years = {
  year: yearParameter('One year; not together with minYear or maxYear.'),
  minYear: yearParameter('First year.'),
  maxYear: yearParameter('Last year, included.'),
};

export const fallBack = z
  .enum(['true', 'false'])
  .default('true')
  .transform((text) => text === 'true')
  .meta({ description: 'Answer for a coarser occupation group, marked, when the asked one has no figure.' });

const MOST_BREAKDOWNS = 2;

/** One or two of the names, as services take them. */
export function breakdownParameter<const N extends readonly string[]>(names: N) {
  return z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(
      z
        .array(z.enum(names))
        .max(MOST_BREAKDOWNS)
        .refine((found) => new Set(found).size === found.length, 'names one twice'),
    )
    .transform((found) => found.join(','))
    .optional()
    .meta({
      description: `One observation for each category of ${names.join(', ')}; or for each pair of two of them, by comma. Pairs that no source has are not available, and marked so.`,
      override: { type: 'string', enum: undefined },
    });
}

interface YearsAsked {
  year?: number;
  minYear?: number;
  maxYear?: number;
}

/** The rules between the year parameters, for superRefine. */
export function checkYears(query: YearsAsked, context: z.core.$RefinementCtx): void {
  const { year, minYear, maxYear } = query;
  if (year !== undefined && (minYear !== undefined || maxYear !== undefined)) {
    context.addIssue({ code: 'custom', path: ['year'], message: 'not together with minYear or maxYear' });
  } else if (minYear !== undefined && maxYear !== undefined && minYear > maxYear) {
    context.addIssue({ code: 'custom', path: ['minYear'], message: 'after maxYear' });
  }
}

/** First and last year asked for, from the three year parameters. */
export function yearSpan(query: YearsAsked): {
  minYear: number | undefined;
  maxYear: number | undefined;
} {
  return { minYear: query.year ?? query.minYear, maxYear: query.year ?? query.maxYear };
}

const level = z
  .object({
    occupation: z.string(),
    classification: z.string(),
    area: z.string(),
  })
  .meta({ id: 'Level', description: 'Occupation and area that were asked for, or that the figure answers.' });

export const cell = z
  .object({
    value: z
      .number()
      .nullable()
      .meta({ description: 'null when withheld or not available: the marks say why.' }),
    unit: z
      .string()
      .meta({ description: 'GBP/week, GBP/hour, GBP/year, hours/week, jobs, people or percent.' }),
    period: z.string().meta({ description: 'A year, or a span such as 2020/2035.' }),
    marks: z.array(z.enum(marks.map(({ mark }) => mark))).meta({
      description: marks.map(({ mark, meaning }) => `${mark}: ${meaning}`).join('\n'),
    }),
    cv: z.number().optional().meta({ description: 'Coefficient of variation in per cent.' }),
    lower: z.number().optional().meta({ description: 'Lower limit of the 95 per cent confidence interval.' }),
    upper: z.number().optional().meta({ description: 'Upper limit of the 95 per cent confidence interval.' }),
    asked: level.optional(),
    answered: level.optional(),
    source: z.object({
      dataset: z.string(),
      release: z.string(),
      licence: z.string(),
      table: z.string().meta({ description: 'Table of the source, or the method of a modelled figure.' }),
    }),
  })
  .meta({ id: 'Cell', description: 'One figure with all that is needed to use it honestly.' });

export const releaseCard = z
  .object({
    dataset: z.string(),
    version: z.string(),
    edition: z.string(),
    title: z.string(),
    publisher: z.string(),
    licence: z.string(),
    licenceUrl: z.string(),
    attribution: z.string().meta({ description: 'The line that must travel with the figures.' }),
    sourceUrl: z.string(),
    publishedAt: z.string(),
  })
  .meta({ id: 'ReleaseCard', description: 'A release that figures of an answer come from.' });

export const releaseCards = z.array(releaseCard);

/** The release behind a text that is not a cell. */
export const textOrigin = z
  .object({ dataset: z.string(), release: z.string(), licence: z.string() })
  .meta({ id: 'TextOrigin' });

export const problemReply = z
  .object({
    type: z.string().meta({ description: 'Address of the page that explains the code.' }),
    code: z.enum(Object.keys(problemKinds) as ProblemCode[]),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    field: z
      .string()
      .optional()
      .meta({ description: 'The parameter at fault, or the place in the body, such as `requests[2]`.' }),
    validValues: z.array(z.string()).optional(),
    errorId: z.string().optional().meta({ description: 'Of a fault of the server: it is in its log.' }),
    traceId: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' });
