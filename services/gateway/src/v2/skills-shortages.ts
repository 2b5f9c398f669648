import type { SkillsShortage } from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf, type Cards } from './cells';
import { defineRoute, none } from './define';
import {
  area,
  cell,
  checkYears,
  classification,
  fallBack,
  occupation,
  releaseCards,
  years,
  yearSpan,
} from './schemas';

const skillsShortage = z
  .object({
    year: z.number().int(),
    occupation: z.string().meta({ description: 'Code of SOC 2010 that the figures answer.' }),
    title: z.string(),
    vacancies: cell,
    hardToFill: cell,
    skillShortage: cell.meta({ description: 'Vacancies that are hard to fill for want of skills.' }),
    percentHardToFill: cell,
    percentSkillShortage: cell,
    percentHardToFillForSkills: cell.meta({ description: 'Per cent of the hard-to-fill vacancies.' }),
    reliability: z.number().int().min(0).max(3).meta({
      description:
        '3: rests on 100 employers with such vacancies or more; 2: 50 or more; 1: fewer; 0: no figure.',
    }),
  })
  .meta({ id: 'SkillsShortage' });

function shortageAnswer(found: SkillsShortage, cards: Cards): z.output<typeof skillsShortage> {
  const { year, occupation: code, title, reliability } = found;
  return {
    year,
    occupation: code,
    title,
    vacancies: cellAnswer(found.vacancies!, cards),
    hardToFill: cellAnswer(found.hardToFill!, cards),
    skillShortage: cellAnswer(found.skillShortage!, cards),
    percentHardToFill: cellAnswer(found.percentHardToFill!, cards),
    percentSkillShortage: cellAnswer(found.percentSkillShortage!, cards),
    percentHardToFillForSkills: cellAnswer(found.percentHardToFillForSkills!, cards),
    reliability,
  };
}

const reply = z.object({ observations: z.array(skillsShortage), releases: releaseCards });

export const skillsShortageRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/skills-shortages',
    operationId: 'getSkillsShortages',
    tag: 'v2',
    summary: 'Vacancies that are hard to fill, or so for want of skills',
    description:
      'By year of the Employer Skills Survey. England; wider groups and areas answer, marked, where need be.',
    params: none,
    query: z.strictObject({ occupation, classification, area, ...years, fallBack }).superRefine(checkYears),
    reply: reply.meta({ id: 'SkillsShortagesReply' }),
    examples: ['/api/v2/skills-shortages?occupation=2134&area=E12000002'],
    async run({ query }, { clients, context, releases }) {
      const { observations } = await clients.employment.getSkillsShortages(
        {
          occupation: query.occupation,
          classification: query.classification,
          area: query.area,
          ...yearSpan(query),
          fallBack: query.fallBack,
        },
        context,
      );
      const versions = versionsOf(observations.map(({ vacancies }) => vacancies));
      const cards = await releases.describe(versions);
      return {
        body: {
          observations: observations.map((found) => shortageAnswer(found, cards)),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/skills-shortages/ranks',
    operationId: 'rankSkillsShortages',
    tag: 'v2',
    summary: 'Occupations of an area, hardest to fill first',
    description:
      'The narrowest occupations and the newest year that the area, or the one around it, has figures for.',
    params: none,
    query: z.strictObject({ area }),
    reply: reply.meta({ id: 'SkillsShortageRanksReply' }),
    examples: ['/api/v2/skills-shortages/ranks?area=E12000001'],
    async run({ query }, { clients, context, releases }) {
      const { observations } = await clients.employment.rankSkillsShortages({ area: query.area }, context);
      const versions = versionsOf(observations.map(({ vacancies }) => vacancies));
      const cards = await releases.describe(versions);
      return {
        body: {
          observations: observations.map((found) => shortageAnswer(found, cards)),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
];
