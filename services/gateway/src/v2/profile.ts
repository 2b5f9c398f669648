import { GetEmploymentPartsRequest, GetOccupationPartsRequest, GetPayPartsRequest } from '@lmi/contracts';
import { z } from 'zod';
import { isPassing } from '../http/problem';
import type { Route } from '../http/route';
import { cardAnswers, versionsOf } from './cells';
import { defineRoute } from './define';
import {
  employmentObservation,
  employmentObservationAnswers,
  replacementAnswer,
  replacementDemand,
  replacementVersions,
} from './employment';
import { occupationDetails, occupationDetailsAnswer } from './occupations';
import { answerPart, errorsOf, part, partIn, PART_MARGIN_MS, settle, type Part } from './parts';
import { payObservation, payObservationAnswers } from './pay';
import {
  learningVersions,
  profileApprenticeships,
  profileApprenticeshipsAnswer,
  profileCourses,
  profileCoursesAnswer,
} from './profile-learning';
import { area, classification, occupationCode, releaseCards } from './schemas';
import { profileSkills, profileSkillsAnswer, profileSkillsAsked } from './skills';
import { profileTrend, profileTrendAnswer, profileTrendAsked, trendVersions } from './vacancies';

/** Job titles in a profile: the occupation itself has all of them. */
const MOST_TITLES = 20;
const PROFILE_STATISTICS = ['mean', 'median', 'p10', 'p25', 'p75', 'p90'];

export const profileRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/occupations/{code}/profile',
    operationId: 'getProfile',
    tag: 'v2',
    summary: 'All about one occupation in one call',
    description:
      'The occupation, its pay, hours, employment, replacement demand, skills, adverts, courses and apprenticeships. A part that cannot be had is marked and does not fail the rest.',
    params: z.object({ code: occupationCode }),
    query: z.strictObject({ area, classification }),
    reply: z
      .object({
        code: z.string(),
        classification: z.string(),
        area: z.string(),
        occupation: part(occupationDetails.shape),
        pay: part({ observations: z.array(payObservation) }),
        hours: part({ observations: z.array(payObservation) }),
        employment: part({ observations: z.array(employmentObservation) }),
        replacementDemand: part(replacementDemand.shape),
        skills: part(profileSkills),
        vacancies: part(profileTrend),
        courses: part(profileCourses),
        apprenticeships: part(profileApprenticeships),
        releases: releaseCards,
      })
      .meta({ id: 'ProfileReply' }),
    examples: ['/api/v2/occupations/2134/profile', '/api/v2/occupations/2134/profile?area=E12000007'],
    async run({ params, query }, { clients, context: whole, releases }) {
      const context = { ...whole, deadline: whole.deadline - PART_MARGIN_MS };
      const { code } = params;
      const codeAsked = { code, classification: query.classification };
      const asked = { occupation: code, ...query, fallBack: true };
      const payAsked = { ...asked, sex: 'all', workingPattern: 'all', age: 'all' };
      // One call a service: a call costs more than most parts.
      const [known, earned, employed, adverts, learning] = await Promise.all([
        settle(
          clients.occupations.getOccupationParts(
            GetOccupationPartsRequest.fromPartial({
              occupation: codeAsked,
              skills: { ...codeAsked, ...profileSkillsAsked },
            }),
            context,
          ),
        ),
        settle(
          clients.pay.getPayParts(
            GetPayPartsRequest.fromPartial({
              parts: [
                { ...payAsked, measure: 'weekly-pay', statistics: PROFILE_STATISTICS },
                { ...payAsked, measure: 'weekly-hours', statistics: ['mean', 'median'] },
              ],
            }),
            context,
          ),
        ),
        settle(
          clients.employment.getEmploymentParts(
            GetEmploymentPartsRequest.fromPartial({ employment: asked, replacementDemand: asked }),
            context,
          ),
        ),
        settle(clients.vacancies.getTrends(profileTrendAsked(asked), context)),
        settle(
          clients.courses.getLearning({ occupation: code, classification: query.classification }, context),
        ),
      ]);
      const occupation = partIn(known, (reply) => reply.occupation);
      const skills = partIn(known, (reply) => reply.skills);
      const pay = partIn(earned, (reply) => reply.parts[0]);
      const hours = partIn(earned, (reply) => reply.parts[1]);
      const employment = partIn(employed, (reply) => reply.employment);
      const replacement = partIn(employed, (reply) => reply.replacementDemand);
      const parts: Part<unknown>[] = [occupation, pay, hours, employment, replacement];
      const errors = parts.flatMap((from) => ('error' in from ? [from.error] : []));
      if ('error' in occupation && occupation.error.code === 'not-found') throw occupation.error;
      // A parameter that no part accepts is the caller's slip, such as an area that does not exist.
      const figureErrors = errors.filter((error) => !('error' in occupation && occupation.error === error));
      if (figureErrors.length === 4 && figureErrors.every((error) => error.code === 'invalid-argument')) {
        throw figureErrors[0]!;
      }
      if (errors.length === parts.length) throw errors.find(isPassing) ?? errors[0]!;
      const versions = versionsOf([
        ...('value' in occupation ? [occupation.value] : []),
        ...('value' in pay ? pay.value.releases.map((release) => ({ release })) : []),
        ...('value' in hours ? hours.value.releases.map((release) => ({ release })) : []),
        ...('value' in employment ? employment.value.observations.map((row) => row.cell) : []),
        ...('value' in replacement
          ? replacementVersions(replacement.value).map((release) => ({ release }))
          : []),
        ...('value' in skills ? skills.value.ratings.map(({ importance }) => importance) : []),
        ...('value' in adverts
          ? trendVersions(adverts.value.observations).map((release) => ({ release }))
          : []),
        ...('value' in learning ? learningVersions(learning.value).map((release) => ({ release })) : []),
      ]);
      const cards = await releases.describe(versions);
      return {
        body: {
          code,
          classification: query.classification,
          area: query.area,
          occupation: answerPart(occupation, (value) => ({
            ...occupationDetailsAnswer(value, cards),
            jobTitles: value.jobTitles.slice(0, MOST_TITLES),
          })),
          pay: answerPart(pay, ({ observations }) => ({
            observations: payObservationAnswers(observations, cards),
          })),
          hours: answerPart(hours, ({ observations }) => ({
            observations: payObservationAnswers(observations, cards),
          })),
          employment: answerPart(employment, ({ observations }) => ({
            observations: employmentObservationAnswers(observations, cards),
          })),
          replacementDemand: answerPart(replacement, (value) => replacementAnswer(value, cards)),
          skills: answerPart(skills, (value) => profileSkillsAnswer(value, cards)),
          vacancies: answerPart(adverts, (value) => profileTrendAnswer(value, cards)),
          courses: answerPart(learning, (value) => profileCoursesAnswer(value, cards)),
          apprenticeships: answerPart(learning, profileApprenticeshipsAnswer),
          releases: cardAnswers(cards),
        },
        releases: versions,
        volatile: [...errors, ...errorsOf(skills), ...errorsOf(adverts), ...errorsOf(learning)].some(
          isPassing,
        ),
      };
    },
  }),
];
