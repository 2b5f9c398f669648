import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CodeTitlesReply, CodeTitlesRequest } from '@lmi/contracts';
import { invalidArgument } from '@lmi/kit';
import { employerSectors, type EmployerSector } from '@lmi/occupations';
import type { LoadedCatalogue } from './catalogue-source';

export const mostTitles = 1_000;
/** Titles coded before other requests have their turn: some 10 ms. */
const titlesPerTurn = 25;

/** @throws LmiError invalid-argument naming the title's place. */
export async function codeTitles(
  { titles, choices }: CodeTitlesRequest,
  { coder, catalogue, linkRelease }: LoadedCatalogue,
): Promise<CodeTitlesReply> {
  if (titles.length > mostTitles) {
    throw invalidArgument(
      'titles',
      `titles: ${titles.length} are more than ${mostTitles}, which is the most at once`,
    );
  }
  const codings: CodeTitlesReply['codings'] = [];
  for (const [at, { title, description, industry, sector }] of titles.entries()) {
    if (at > 0 && at % titlesPerTurn === 0) await nextTurn();
    const coding = coder.code({ title, description, industry, sector: readSector(sector) });
    codings.push({
      choices: coding.choices.slice(0, choices > 0 ? choices : undefined).map((choice) => ({
        ...choice,
        title: catalogue.brief('soc2020', choice.code)?.title ?? '',
      })),
      refused: coding.refused ?? '',
      ambiguous: coding.ambiguous,
      question: coding.question ?? '',
      rule: coding.rule ?? '',
      work: coding.work,
      changes: [...coding.changes],
    });
  }
  return { codings, release: catalogue.release, linkRelease };
}

function readSector(text: string): EmployerSector | undefined {
  if (text === '') return undefined;
  const known = employerSectors.find((sector) => sector === text);
  if (known) return known;
  throw invalidArgument(
    'sector',
    `sector: unknown "${text}"; one of ${employerSectors.join(', ')}`,
    employerSectors,
  );
}
