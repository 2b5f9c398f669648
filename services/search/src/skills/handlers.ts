/** Handlers of the rpcs about skills. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  GetOccupationSkillsReply,
  type Element,
  type ElementRating,
  type GetOnetRatingsReply,
  type MatchOccupationsReply,
  type OccupationServiceDefinition,
  type SkillGroupShare,
} from '@lmi/contracts';
import type { ServiceDependencies } from '@lmi/importing';
import {
  invalidArgument,
  LmiError,
  notFound,
  type Classification,
  type Handlers,
  type Reader,
  type Reference,
  type ReleaseSet,
} from '@lmi/kit';
import { onetInterestOf, onetRatingOf, ratingOf } from './cells';
import { domains, highPoint, isDomain, onetCode } from './codes';
import { Kept } from './kept';
import {
  groupBy,
  iscoLinksOf,
  onetLinksOf,
  socLinksOf,
  unitWeights,
  type LinkBook,
  type UnitWeight,
} from './links';
import { least, MatchTable, most, tellingReasons, type OwnRating, type RankedOccupation } from './match';
import { combineProfiles, type Profile } from './profiles';
import * as queries from './queries';

export type SkillRpcs =
  'listElements' | 'getOccupationSkills' | 'getOnetRatings' | 'listOnetLinks' | 'matchOccupations';

type Pointer = NonNullable<ReturnType<ReleaseSet['get']>>;

interface ElementBook {
  readonly version: string;
  readonly list: readonly Element[];
  readonly byId: ReadonlyMap<string, Element>;
}

interface EscoBook {
  readonly groups: ReadonlyMap<string, string>;
  readonly skillGroups: ReadonlyMap<string, string>;
}

interface KeptMatch {
  readonly table: MatchTable;
  readonly titles: ReadonlyMap<string, string>;
  readonly unrated: readonly string[];
}

const classifications: readonly Classification[] = ['soc2020', 'soc2010'];
const mostRatings = 400;
const mostCodes = 100;
/** Unit groups read in one go when the match table is made, after which other work has its turn. */
const unitsPerTurn = 60;

export function createSkillHandlers({
  db,
  reference,
}: ServiceDependencies): Pick<Handlers<typeof OccupationServiceDefinition>, SkillRpcs> {
  const elementBooks = new Kept<ElementBook>();
  const linkBooks = new Kept<LinkBook>();
  const escoBooks = new Kept<EscoBook>();
  const matchTables = { soc2020: new Kept<KeptMatch>(), soc2010: new Kept<KeptMatch>() };

  const elementsOf = (reader: Reader, set: ReleaseSet): Promise<ElementBook> => {
    const onet = required(set, 'onet');
    return elementBooks.get(onet.version, async () => {
      const list = await queries.readElements(reader, onet.id);
      return { version: onet.version, list, byId: new Map(list.map((element) => [element.id, element])) };
    });
  };

  const linksOf = (reader: Reader, set: ReleaseSet): Promise<LinkBook> => {
    const link = required(set, 'onet-link');
    const onet = required(set, 'onet');
    return linkBooks.get(`${link.version} ${onet.version}`, async () => {
      const rows = await queries.readAllLinks(reader, link.id);
      const titles = await queries.readOnetTitles(reader, onet.id);
      return {
        version: link.version,
        titles: new Map(titles.map(({ code, title }) => [code, title])),
        rated: await queries.readRatedCodes(reader, onet.id),
        bySoc: groupBy(rows, ({ soc2020 }) => soc2020),
        byOnet: groupBy(rows, ({ onetSoc }) => onetSoc),
        iscoBySoc: groupBy(await queries.readAllIscoLinks(reader, link.id), ({ soc2020 }) => soc2020),
      };
    });
  };

  const escoOf = (reader: Reader, esco: Pointer): Promise<EscoBook> =>
    escoBooks.get(esco.version, async () => {
      const groups = await queries.readEscoGroups(reader, esco.id);
      const skillGroups = await queries.readEscoSkillGroups(reader, esco.id);
      return {
        groups: new Map(groups.map(({ isco08, name }) => [isco08, name])),
        skillGroups: new Map(skillGroups.map(({ code, name }) => [code, name])),
      };
    });

  const matchTableOf = (
    reader: Reader,
    set: ReleaseSet,
    known: Reference,
    classification: Classification,
  ): Promise<KeptMatch> => {
    const skills = required(set, 'occupation-skills');
    return matchTables[classification].get(`${skills.version} ${known.socVersion}`, () =>
      makeMatchTable(reader, skills.id, known, classification),
    );
  };

  return {
    async listElements(request, { pins }) {
      const wanted = readDomains(request.domains);
      return db.read(async (reader) => {
        const { releases: set } = await reference.read(reader, pins);
        const { list, version } = await elementsOf(reader, set);
        const elements = list.filter(({ id, domain }) => wanted.has(domain) && !highPoint.test(id));
        return { elements, release: version };
      });
    },

    async getOccupationSkills(request, { pins }): Promise<GetOccupationSkillsReply> {
      const wanted = readDomains(request.domains);
      return db.read(async (reader) => {
        const { releases: set, reference: known } = await reference.read(reader, pins);
        const classification =
          readClassification(request.classification) ??
          (known.occupation('soc2010', request.code) ? 'soc2010' : 'soc2020');
        const code = readOccupation(known, classification, request.code);
        const skills = required(set, 'occupation-skills');
        const { byId } = await elementsOf(reader, set);
        const book = await linksOf(reader, set);
        const weights = unitWeights(known, classification, code);
        const profiles = await queries.readSkills(
          reader,
          skills.id,
          weights.map(({ unit }) => unit),
        );
        const profile = profileOf(weights, profiles);
        const ratings = [...profile]
          .flatMap(([id, rating]) => {
            const element = byId.get(id);
            return element && wanted.has(element.domain) ? [ratingOf(element, rating, skills.version)] : [];
          })
          .sort((a, b) => (a.element!.id < b.element!.id ? -1 : 1));
        const shown = request.mostImportant > 0 ? mostImportant(ratings, request.mostImportant) : ratings;
        const coverage = coverageOf(profile, byId);
        if (request.ratingsOnly) {
          return GetOccupationSkillsReply.fromPartial({ ratings: shown, coverage });
        }
        const esco = set.get('esco-skills');
        const names = esco && (await escoOf(reader, esco));
        const escoGroups = iscoLinksOf(book, weights, names?.groups ?? new Map());
        const shares = esco
          ? await queries.readEscoShares(
              reader,
              esco.id,
              escoGroups.map(({ code: group }) => group),
            )
          : [];
        return {
          ratings: shown,
          onetLinks: onetLinksOf(book, weights),
          linkRelease: book.version,
          escoGroups,
          escoSkillGroups:
            esco && names ? escoShares(shares, escoGroups, names.skillGroups, esco.version) : [],
          escoRelease: esco?.version ?? '',
          coverage,
        };
      });
    },

    async getOnetRatings(request, { pins }): Promise<GetOnetRatingsReply> {
      const wanted = readDomains(request.domains);
      if (!onetCode.test(request.code)) {
        throw invalidArgument('code', 'code: expected an O*NET-SOC code such as 11-1011.00');
      }
      return db.read(async (reader) => {
        const { releases: set } = await reference.read(reader, pins);
        const onet = required(set, 'onet');
        const { byId } = await elementsOf(reader, set);
        const { titles } = await linksOf(reader, set);
        const title = titles.get(request.code);
        if (title === undefined) {
          throw notFound(`code: there is no O*NET occupation "${request.code}"`, 'code');
        }
        const rows = await queries.readOnetRatings(reader, onet.id, request.code);
        const interests = wanted.has('interests')
          ? await queries.readOnetInterests(reader, onet.id, request.code)
          : [];
        const known = <T extends { readonly element: string }>(list: readonly T[]): [Element, T][] =>
          list.flatMap((row) => {
            const element = byId.get(row.element);
            return element && wanted.has(element.domain) ? [[element, row] as [Element, T]] : [];
          });
        return {
          code: request.code,
          title,
          ratings: [
            ...known(rows).map(([element, row]) => onetRatingOf(element, row, onet.version)),
            ...known(interests.filter(({ scale }) => scale === 'OI')).map(([element, row]) =>
              onetInterestOf(element, row, onet.version),
            ),
          ],
          highPoints: known(interests.filter(({ scale }) => scale === 'IH')).map(([{ id, name }, row]) => ({
            id,
            name,
            value: row.value,
          })),
          release: onet.version,
        };
      });
    },

    async listOnetLinks(request, { pins }) {
      const { codes, fromOnet } = request;
      if (codes.length === 0 || codes.length > mostCodes) {
        throw invalidArgument('codes', `codes: expected 1 to ${mostCodes} codes, found ${codes.length}`);
      }
      const asked = readClassification(request.classification);
      return db.read(async (reader) => {
        const { releases: set, reference: known } = await reference.read(reader, pins);
        const book = await linksOf(reader, set);
        const links = codes.map((code) => {
          if (fromOnet) {
            const classification = asked ?? 'soc2010';
            return { code, classification, links: socLinksOf(book, known, code, classification) };
          }
          const classification = asked ?? (known.occupation('soc2010', code) ? 'soc2010' : 'soc2020');
          readOccupation(known, classification, code);
          return { code, classification, links: onetLinksOf(book, unitWeights(known, classification, code)) };
        });
        return { links, release: book.version };
      });
    },

    async matchOccupations(request, { pins }): Promise<MatchOccupationsReply> {
      const classification = readClassification(request.classification) ?? 'soc2020';
      return db.read(async (reader) => {
        const { releases: set, reference: known } = await reference.read(reader, pins);
        const { byId } = await elementsOf(reader, set);
        const ratings = request.ratings.map((rating) => readRating(rating, byId));
        if (ratings.length === 0 || ratings.length > mostRatings) {
          throw invalidArgument(
            'ratings',
            `ratings: expected 1 to ${mostRatings} ratings, found ${ratings.length}`,
          );
        }
        const { table, titles, unrated } = await matchTableOf(reader, set, known, classification);
        const ranked = table.match(ratings);
        const matches = ranked.slice(0, request.limit > 0 ? request.limit : 20).map((match) => ({
          code: match.code,
          title: titles.get(match.code) ?? '',
          score: match.score,
          compared: match.reasons.length,
          reasons: tellingReasons(match, request.reasons).map(({ element, kind, value, theirs, fit }) => ({
            element: byId.get(element),
            kind,
            yours: value,
            theirs,
            fit,
          })),
        }));
        return { matches, unrated: [...unrated], release: required(set, 'occupation-skills').version };
      });
    },
  };
}

function profileOf(weights: readonly UnitWeight[], profiles: ReadonlyMap<string, Profile>): Profile {
  const [only] = weights;
  if (only && weights.length === 1) return profiles.get(only.unit) ?? new Map();
  return combineProfiles(weights.map(({ unit, weight }) => ({ weight, profile: profiles.get(unit) })));
}

/** The highest of each domain that have a value, in the order of the domains; equal ones in the order given. */
function mostImportant(ratings: readonly ElementRating[], count: number): ElementRating[] {
  const known = ratings.filter(({ importance }) => importance?.value !== undefined);
  return [...groupBy(known, ({ element }) => element!.domain).values()].flatMap((ofDomain) =>
    [...ofDomain].sort((a, b) => b.importance!.value! - a.importance!.value!).slice(0, count),
  );
}

/** Part of the weight that is rated, by what has the fewest ratings: an occupation may have interests alone. */
function coverageOf(profile: Profile, known: ReadonlyMap<string, Element>): number {
  const byDomain = new Map<string, number>();
  for (const [id, { share }] of profile) {
    const domain = known.get(id)?.domain ?? '';
    byDomain.set(domain, Math.max(byDomain.get(domain) ?? 0, share));
  }
  return byDomain.size === 0 ? 0 : Math.min(...byDomain.values());
}

async function makeMatchTable(
  reader: Reader,
  release: number,
  known: Reference,
  classification: Classification,
): Promise<KeptMatch> {
  const units = known.unitGroups('soc2020', 'all');
  const profiles = new Map<string, Profile>();
  for (let at = 0; at < units.length; at += unitsPerTurn) {
    const read = await queries.readSkills(reader, release, units.slice(at, at + unitsPerTurn));
    for (const [unit, profile] of read) profiles.set(unit, profile);
    await nextTurn();
  }
  const occupations: RankedOccupation[] = [];
  const unrated: string[] = [];
  const titles = new Map<string, string>();
  for (const code of known.unitGroups(classification, 'all')) {
    titles.set(code, known.occupation(classification, code)?.title ?? '');
    const profile = profileOf(unitWeights(known, classification, code), profiles);
    if (profile.size === 0) {
      unrated.push(code);
      continue;
    }
    const importance = new Map<string, number>();
    const level = new Map<string, number>();
    for (const [element, rating] of profile) {
      if (rating.importance.value !== null) importance.set(element, rating.importance.value);
      if (rating.level && rating.level.value !== null) level.set(element, rating.level.value);
    }
    occupations.push({ code, importance, level });
  }
  return { table: new MatchTable(occupations), titles, unrated };
}

/** Shares of the skills of the linked ESCO groups, weighted by the links; only of groups that have any. */
function escoShares(
  rows: readonly queries.EscoShareRow[],
  links: readonly { readonly code: string; readonly weight: number }[],
  names: ReadonlyMap<string, string>,
  release: string,
): SkillGroupShare[] {
  const byGroup = groupBy(rows, ({ isco08 }) => isco08);
  const known = links.filter(({ code }) => byGroup.has(code));
  const whole = known.reduce((total, { weight }) => total + weight, 0);
  const shares = new Map<string, number>();
  for (const { code, weight } of known) {
    const group = byGroup.get(code)!;
    const all = group.reduce((total, { essential, optional }) => total + essential + optional, 0);
    for (const { skillGroup, essential, optional } of group) {
      const part = ((essential + optional) / all) * (weight / whole);
      shares.set(skillGroup, (shares.get(skillGroup) ?? 0) + part);
    }
  }
  const period = /\d{4}/.exec(release)?.[0] ?? '';
  return [...shares]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([code, share]) => ({
      code,
      name: names.get(code) ?? '',
      share: {
        value: 100 * share,
        unit: 'percent',
        period,
        marks: ['modelled'],
        asked: undefined,
        answered: undefined,
        release,
        table: 'relations of occupations to skills',
      },
    }));
}

function required(set: ReleaseSet, dataset: string): Pointer {
  const found = set.get(dataset);
  if (found) return found;
  throw new LmiError('not-available', `No ratings are loaded: dataset ${dataset} has no release.`);
}

/** @returns undefined when left open. @throws LmiError invalid-argument. */
function readClassification(text: string): Classification | undefined {
  if (text === '') return undefined;
  const known = classifications.find((name) => name === text);
  if (known) return known;
  throw invalidArgument(
    'classification',
    `classification: unknown "${text}"; one of ${classifications.join(', ')}`,
    classifications,
  );
}

/** @throws LmiError not-found for a code that the classification has not. */
function readOccupation(known: Reference, classification: Classification, code: string): string {
  if (known.occupation(classification, code)) return code;
  const name = classification === 'soc2010' ? 'SOC 2010' : 'SOC 2020';
  throw notFound(`code: there is no occupation "${code}" in ${name}; codes have 1 to 4 digits`, 'code');
}

/** @throws LmiError invalid-argument naming the valid domains. */
function readDomains(asked: readonly string[]): ReadonlySet<string> {
  const unknown = asked.find((domain) => !isDomain(domain));
  if (unknown !== undefined) {
    throw invalidArgument('domains', `domains: unknown "${unknown}"; any of ${domains.join(', ')}`, domains);
  }
  return new Set(asked.length > 0 ? asked : domains);
}

/** @throws LmiError invalid-argument naming the element and what is wrong with its rating. */
function readRating(
  { element, kind, value, weight }: { element: string; kind: string; value: number; weight: number },
  known: ReadonlyMap<string, Element>,
): OwnRating {
  const found = known.get(element);
  if (!found) {
    throw invalidArgument('ratings', `ratings: there is no element "${element}"; listElements has them all`);
  }
  if (kind !== 'like' && kind !== 'can') {
    throw invalidArgument('ratings', `ratings: unknown kind "${kind}" of ${element}; one of like, can`, [
      'like',
      'can',
    ]);
  }
  if (kind === 'can' && found.domain === 'interests') {
    throw invalidArgument('ratings', `ratings: ${element} is an interest; interests are liked, not mastered`);
  }
  if (!(value >= least && value <= most)) {
    throw invalidArgument('ratings', `ratings: ${element} is rated ${value}; expected ${least} to ${most}`);
  }
  if (!(weight >= 0 && weight <= 1000)) {
    throw invalidArgument('ratings', `ratings: the weight of ${element} is ${weight}; expected 0 to 1000`);
  }
  return { element, kind, value, weight: weight === 0 ? 1 : weight };
}
