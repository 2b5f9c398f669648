/** What an occupation's profile shows of courses and apprenticeships: one call for both. */
import type { GetLearningReply } from '@lmi/contracts';
import { z } from 'zod';
import { apprenticeship, apprenticeshipAnswer } from './apprenticeships';
import type { Cards } from './cells';
import { subjectShare, subjectShareAnswers } from './courses';

export const profileCourses = {
  total: z.number().int().meta({ description: 'Courses in the subjects; /api/v2/courses lists them.' }),
  answered: z.string().meta({ description: 'The occupation group that the shares are of.' }),
  people: z.number().meta({ description: 'Respondents behind the shares.' }),
  subjects: z
    .array(subjectShare)
    .meta({ description: 'What graduates in the group studied, largest share first.' }),
};

export const profileApprenticeships = {
  total: z.number().int().meta({ description: '/api/v2/apprenticeships lists them all.' }),
  apprenticeships: z.array(apprenticeship),
};

export function profileCoursesAnswer(
  { destinations, courses }: GetLearningReply,
  cards: Cards,
): z.output<z.ZodObject<typeof profileCourses>> {
  return {
    total: courses,
    answered: destinations?.answered ?? '',
    people: Math.round(destinations?.people ?? 0),
    // The levels asked and answered are said once for all of them.
    subjects: subjectShareAnswers(destinations?.subjects ?? [], cards).map(({ subject, share, rate }) => ({
      subject,
      share: { ...share, asked: undefined, answered: undefined },
      rate: { ...rate, asked: undefined, answered: undefined },
    })),
  };
}

export function profileApprenticeshipsAnswer({
  apprenticeships,
}: GetLearningReply): z.output<z.ZodObject<typeof profileApprenticeships>> {
  return {
    total: apprenticeships?.total ?? 0,
    apprenticeships: (apprenticeships?.apprenticeships ?? []).map(apprenticeshipAnswer),
  };
}

export function learningVersions({ destinations, apprenticeships }: GetLearningReply): string[] {
  return [...(destinations?.releases ?? []), ...(apprenticeships?.releases ?? [])];
}
