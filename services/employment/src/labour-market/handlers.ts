/** Handlers of unemployment, indicators of areas, skills shortages and people of an area. */
import type { EmploymentServiceDefinition } from '@lmi/contracts';
import type { ServiceDependencies } from '@lmi/importing';
import type { CallContext, Handlers, Reader, Reference } from '@lmi/kit';
import { answerCommuting, answerResidentOccupations } from './people';
import { labourMarketReleases, versionsOf, type LabourMarketReleases } from './queries';
import { answerSkillsShortages, rankSkillsShortages } from './skills-shortages';
import { answerIndicators, answerUnemployment } from './unemployment';

type Rpcs =
  | 'getUnemployment'
  | 'getAreaIndicators'
  | 'getSkillsShortages'
  | 'rankSkillsShortages'
  | 'getResidentOccupations'
  | 'getCommuting';

export function createLabourMarketHandlers({
  db,
  cache,
  reference,
}: ServiceDependencies): Pick<Handlers<typeof EmploymentServiceDefinition>, Rpcs> {
  /** Reads what serves and answers from the cache or by the work, all on one connection. */
  const answer = <T extends object>(
    name: string,
    request: unknown,
    { pins }: CallContext,
    work: (reader: Reader, serving: LabourMarketReleases, known: Reference) => Promise<T>,
  ): Promise<T> =>
    db.read(async (reader) => {
      const { releases, reference: known } = await reference.read(reader, pins);
      const serving = labourMarketReleases(releases);
      const key = [
        name,
        ...versionsOf(serving),
        known.socVersion,
        known.areasVersion,
        JSON.stringify(request),
      ];
      return cache.through(key, () => work(reader, serving, known));
    });
  return {
    getUnemployment: (request, context) =>
      answer('unemployment', request, context, (...given) => answerUnemployment(...given, request)),
    getAreaIndicators: (request, context) =>
      answer('indicators', request, context, (...given) => answerIndicators(...given, request)),
    getSkillsShortages: (request, context) =>
      answer('shortages', request, context, (...given) => answerSkillsShortages(...given, request)),
    rankSkillsShortages: (request, context) =>
      answer('shortage-ranks', request, context, (...given) => rankSkillsShortages(...given, request.area)),
    getResidentOccupations: (request, context) =>
      answer('residents', request, context, (...given) => answerResidentOccupations(...given, request.place)),
    getCommuting: (request, context) =>
      answer('commuting', request, context, (...given) => answerCommuting(...given, request.place)),
  };
}
