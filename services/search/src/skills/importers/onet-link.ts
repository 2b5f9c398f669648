/** Dataset `onet-link`: which occupations of O*NET, and which ISCO-08 groups, stand for a SOC 2020 unit group. */
import {
  checkThat,
  codesKnown,
  publishedRelease,
  readCsv,
  rowCount,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader, type SqlValue } from '@lmi/kit';
import { leastAbroadWeight } from '@lmi/occupations';
import { readSoc2020Groups } from '../../importers/soc-groups';
import { readCodingIndex } from '../../importers/soc-index';
import { pickFile, refuseOtherEdition } from '../../importers/sources';
import { readIscoToUsSoc, readUsSoc2010To2018 } from './bls-files';
import {
  commonTitles,
  iscoLinks,
  iscoWeights,
  makeLinks,
  type Link,
  type OnetTitle,
  type UkTitle,
} from './link-model';
import { readOccupations } from './onet-files';

const files = {
  index: { pattern: /^soc2020volume2.*codingindex.*\.xlsx$/i, name: 'the SOC 2020 coding index' },
  groups: { pattern: /^soc2020volume1.*\.xlsx$/i, name: 'SOC 2020 volume 1' },
  isco: { pattern: /^ISCO_SOC_Crosswalk\.xls$/i, name: 'ISCO_SOC_Crosswalk.xls' },
  usSoc: { pattern: /^soc_2010_to_2018_crosswalk\.xlsx$/i, name: 'soc_2010_to_2018_crosswalk.xlsx' },
  occupations: { pattern: /^Occupation Data\.txt$/i, name: 'Occupation Data.txt' },
  titles: { pattern: /^Alternate Titles\.txt$/i, name: 'Alternate Titles.txt' },
} as const;

const linkColumns = ['soc2020', 'onet_soc', 'weight', 'isco_weight', 'titles'] as const;
const titleColumns = ['onet_soc', 'title'] as const;
const iscoColumns = ['soc2020', 'isco08', 'weight', 'titles'] as const;

/** The edition is that of the coding index. */
export const onetLinkImporter: DatasetImporter = {
  card: {
    id: 'onet-link',
    title: 'Links from SOC 2020 to O*NET and ISCO-08',
    publisher:
      'This project, from sources of the Office for National Statistics, the US Bureau of Labor Statistics and ' +
      'the US Department of Labor',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Links worked out by this project. Source: Office for National Statistics licensed under the Open Government ' +
      'Licence v.3.0; US Bureau of Labor Statistics; O*NET 30.2 Database by the U.S. Department of Labor, Employment ' +
      'and Training Administration (USDOL/ETA), used under the CC BY 4.0 license',
    sourceUrl: 'docs/methods/skills.md',
    cadence: 'irregular',
    description:
      'For each unit group of SOC 2020 the occupations of O*NET that come closest, with weights: from job titles that ' +
      'both know, and from the official way through ISCO-08 and the US classification. With the job titles of the ' +
      'occupations that come close enough for the coding of job titles to learn from.',
    caveats: [
      'There is no official link: the weights are worked out by this project, and some links are wrong.',
      'Equal titles can mean different work in the two countries.',
      'The way through ISCO-08 is broad: groups without titles in common have weak links.',
    ],
    dependsOn: ['soc', 'onet'],
    derived: false,
  },
  version: 2,
  tables: { onet_link: linkColumns, onet_title: titleColumns, isco_link: iscoColumns },
  withheld: {},
  defaultFolders: ['soc', 'crosswalks', 'onet'],

  accepts: ({ name }) => Object.values(files).some(({ pattern }) => pattern.test(name)),

  async open(found, asked) {
    const { edition, uk, onet, codes, isco, usSoc } = await readSources(found, asked);
    return {
      edition,
      async load(context) {
        context.rowsRead(uk.length + onet.length + isco.size + usSoc.size);
        const groups = iscoLinks(uk);
        const links = makeLinks(commonTitles(uk, onet), iscoWeights(groups, isco, usSoc, codes));
        context.progress(0.5);
        await context.sink.insert('onet_link', linkColumns, links.map(linkRow));
        await context.sink.insert('onet_title', titleColumns, titlesOf(onet, links));
        await context.sink.insert(
          'isco_link',
          iscoColumns,
          groups.map(({ soc2020, target, weight, titles }): SqlValue[] => [soc2020, target, weight, titles]),
        );
        context.count(0, links.length);
        context.progress(1);
      },
    };
  },

  check: async (reader, releaseId) => [
    await rowCount(reader, releaseId, 'onet_link', { atLeast: 412 }),
    await codesKnown(reader, releaseId, 'onet_link', 'soc2020', { classification: 'soc2020' }),
    await codesKnown(reader, releaseId, 'isco_link', 'soc2020', { classification: 'soc2020' }),
    await everyUnitGroup(reader, releaseId),
    await addsUp(reader, releaseId, 'onet_link'),
    await addsUp(reader, releaseId, 'isco_link'),
    await targetsKnown(reader, releaseId),
    await titlesLinked(reader, releaseId),
  ],
};

/** All that the links are made from. @throws LmiError invalid-argument naming a missing or damaged file. */
export async function readSources(found: readonly SourceFile[], asked: string | undefined) {
  const file = (part: keyof typeof files): SourceFile => {
    const picked = pickFile(found, files[part].pattern, files[part].name);
    if (picked) return picked;
    const names = found.map(({ name }) => name).join(', ') || 'none';
    throw new LmiError(
      'invalid-argument',
      `missing file: ${files[part].name}; files found for onet-link: ${names}`,
      { field: 'from' },
    );
  };
  const sources = Object.fromEntries(
    (Object.keys(files) as (keyof typeof files)[]).map((part) => [part, file(part)]),
  ) as Record<keyof typeof files, SourceFile>;
  const isco = await readIscoToUsSoc(sources.isco);
  const usSoc = await readUsSoc2010To2018(sources.usSoc);
  const occupations = await readOccupations(sources.occupations);
  const onet: OnetTitle[] = [...occupations, ...(await readAlternateTitles(sources.titles))];
  const groups = await readSoc2020Groups(sources.groups);
  // Last: it takes seconds, and a fault in a small file is told at once.
  const index = await readCodingIndex(sources.index);
  refuseOtherEdition(sources.index, index.edition, asked);
  const uk: UkTitle[] = index.entries.flatMap(({ soc2020, isco08, naturalTitle }) =>
    soc2020 === null ? [] : [{ soc2020, isco08, title: naturalTitle }],
  );
  for (const { code, level, title, relatedTitles } of groups) {
    if (level !== 'unit') continue;
    uk.push(
      ...[title, ...(relatedTitles ?? [])].map((name) => ({ soc2020: code, isco08: null, title: name })),
    );
  }
  return { edition: index.edition, uk, onet, codes: occupations.map(({ code }) => code), isco, usSoc };
}

async function readAlternateTitles(file: SourceFile): Promise<OnetTitle[]> {
  const table = await readCsv(file, {
    columns: ['O*NET-SOC Code', 'Alternate Title', 'Short Title', 'Source(s)'],
    tabs: true,
  });
  return table.rows.flatMap(([code, title, short]) => [
    { code: code!, title: title! },
    ...(short && short !== 'n/a' ? [{ code: code!, title: short }] : []),
  ]);
}

/** Titles of the occupations with a link that coding reads, each once. */
function titlesOf(onet: readonly OnetTitle[], links: readonly Link[]): SqlValue[][] {
  const read = new Set(links.filter(({ weight }) => weight >= leastAbroadWeight).map(({ target }) => target));
  const titles = new Map<string, Set<string>>();
  for (const { code, title } of onet) {
    if (!read.has(code)) continue;
    const known = titles.get(code);
    if (known) known.add(title);
    else titles.set(code, new Set([title]));
  }
  return [...titles].flatMap(([code, known]) => [...known].map((title): SqlValue[] => [code, title]));
}

function linkRow({ soc2020, target, weight, iscoWeight, titles }: Link): SqlValue[] {
  return [soc2020, target, round(weight), round(iscoWeight), round(titles)];
}

/** Six decimals: more would claim what the method cannot know, and fill the extract. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

async function everyUnitGroup(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const name = 'onet_link: every SOC 2020 unit group has a link';
  const soc = await publishedRelease(reader, 'soc');
  if (soc === undefined)
    return checkThat(name, false, 'no release of dataset soc is published: import it first');
  const rows = await reader.all<{ code: string }>(
    "SELECT code FROM soc_group WHERE release_id = ? AND classification = 'soc2020' AND level = 'unit' AND code NOT IN " +
      '(SELECT soc2020 FROM onet_link WHERE release_id = ?)',
    [soc, releaseId],
  );
  return checkThat(name, rows.length === 0, rows.map(({ code }) => code).join(', ') || 'all');
}

async function addsUp(reader: Reader, releaseId: number, table: string): Promise<CheckRecord> {
  const rows = await reader.all<{ code: string; total: number }>(
    `SELECT soc2020 AS code, SUM(weight) AS total FROM ${table} WHERE release_id = ? GROUP BY soc2020`,
    [releaseId],
  );
  const off = rows.filter(({ total }) => Math.abs(total - 1) > 1e-5);
  const detail = off.slice(0, 5).map(({ code, total }) => `${code}: ${total}`);
  return checkThat(
    `${table}: weights add up to 1 per unit group`,
    rows.length > 0 && off.length === 0,
    detail.join(', ') || `${rows.length} sums are 1`,
  );
}

async function targetsKnown(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const name = 'onet_link: every O*NET occupation is known';
  const onet = await publishedRelease(reader, 'onet');
  if (onet === undefined)
    return checkThat(name, false, 'no release of dataset onet is published: import it first');
  const rows = await reader.all<{ code: string }>(
    'SELECT DISTINCT onet_soc AS code FROM onet_link WHERE release_id = ? AND onet_soc NOT IN ' +
      '(SELECT code FROM onet_occupation WHERE release_id = ?)',
    [releaseId, onet],
  );
  return checkThat(name, rows.length === 0, rows.map(({ code }) => code).join(', ') || 'all');
}

async function titlesLinked(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const rows = await reader.all<{ code: string }>(
    'SELECT DISTINCT onet_soc AS code FROM onet_link WHERE release_id = ? AND weight >= ? AND onet_soc NOT IN ' +
      '(SELECT onet_soc FROM onet_title WHERE release_id = ?)',
    [releaseId, leastAbroadWeight, releaseId],
  );
  return checkThat(
    'onet_title: every occupation with a link to read has its titles',
    rows.length === 0,
    rows.map(({ code }) => code).join(', ') || 'all',
  );
}
