import type { DatasetImporter, SourceFile } from '@lmi/importing';
import type { House } from './house';

/** Asks the handlers what the addresses of a reconciliation ask the API, and tells which cells differ. */
export async function findFailures(
  house: House,
  importer: DatasetImporter,
  files: readonly SourceFile[],
  sample: number,
): Promise<{ compared: number; failures: string[] }> {
  const cells = await importer.reconcile!(
    files.filter((file) => importer.accepts(file)),
    sample,
    20_240_101,
  );
  const failures: string[] = [];
  for (const cell of cells) {
    const { pathname, searchParams } = new URL(cell.path, 'http://127.0.0.1');
    const { year, minYear = year, maxYear = year, fallBack, ...text } = Object.fromEntries(searchParams);
    const rest = { ...text, fallBack: fallBack !== 'false' };
    const years = { minYear: Number(minYear), maxYear: Number(maxYear) };
    const [, area, of] = /\/areas\/([^/]+)\/(\w+)$/.exec(pathname) ?? [];
    const { handlers, context } = house;
    const body =
      of === 'indicators'
        ? await handlers.getAreaIndicators(
            { area: area!, indicators: [text['indicators']!], ...years },
            context(),
          )
        : of === 'occupations'
          ? await handlers.getResidentOccupations({ place: area! }, context())
          : of === 'commuting'
            ? await handlers.getCommuting({ place: area! }, context())
            : pathname.endsWith('/skills-shortages')
              ? await handlers.getSkillsShortages({ ...rest, ...years } as never, context())
              : pathname.endsWith('/unemployment')
                ? await handlers.getUnemployment({ ...rest, ...years } as never, context())
                : pathname.endsWith('/replacement-demand')
                  ? await house.askReplacement(rest)
                  : await house.ask({ ...rest, ...years });
    const found = cell.pick(JSON.parse(JSON.stringify(body)));
    const { value, marks } = cell.expected;
    if (found?.value !== value || marks.some((mark) => !found.marks.includes(mark))) {
      failures.push(`${cell.place}: ${JSON.stringify(found)} for ${value} ${marks.join(' ')}`);
    }
  }
  return { compared: cells.length, failures: failures.slice(0, 10) };
}
