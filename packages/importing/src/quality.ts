/** Counts the cells of a release by their marks, for the quality report. */
import type { QualityCount, Reader } from '@lmi/kit';

/** Where a figure stands in a dataset's tables. All but `marksOf` is trusted SQL of the importer. */
export interface CountedFigure {
  /** Name of the figure in the report: "median". */
  readonly figure: string;
  readonly table: string;
  /** Expression of the value; NULL where it is withheld. */
  readonly value: string;
  /** Expression that says what a cell is by, as the report prints it: "unit group, region". */
  readonly level: string;
  /** Expression of the reference period, whose text sorts as time does. */
  readonly period: string;
  /** Expression of all that the marks follow from; few different values, or counting is slow. */
  readonly marker: string;
  readonly marksOf: (marker: string, withheld: boolean) => readonly string[];
  readonly where?: string;
}

/** Expression for the level of an occupation code in a column. */
export function occupationLevel(column: string): string {
  return `CASE WHEN ${column} = 'all' THEN 'all occupations' ELSE CASE LENGTH(${column})
    WHEN 1 THEN 'major group' WHEN 2 THEN 'sub-major group' WHEN 3 THEN 'minor group' ELSE 'unit group' END END`;
}

/** One count per figure and level, in the order of the figures; levels by name. */
export async function countQuality(
  reader: Reader,
  releaseId: number,
  figures: readonly CountedFigure[],
): Promise<QualityCount[]> {
  const counts: QualityCount[] = [];
  for (const { figure, table, value, level, period, marker, marksOf, where = '1 = 1' } of figures) {
    const rows = await reader.all<{
      level: string;
      marker: string | null;
      withheld: number;
      cells: number;
      first: string | number;
      last: string | number;
    }>(
      `SELECT ${level} AS level, ${marker} AS marker, CASE WHEN ${value} IS NULL THEN 1 ELSE 0 END AS withheld,
        COUNT(*) AS cells, MIN(${period}) AS first, MAX(${period}) AS last
       FROM ${table} WHERE release_id = ? AND ${where} GROUP BY 1, 2, 3`,
      [releaseId],
    );
    const byLevel = new Map<string, typeof rows>();
    for (const row of rows) byLevel.set(row.level, [...(byLevel.get(row.level) ?? []), row]);
    for (const [name, parts] of [...byLevel].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const marks = new Map<string, number>();
      for (const part of parts) {
        for (const mark of marksOf(part.marker ?? '', part.withheld === 1)) {
          marks.set(mark, (marks.get(mark) ?? 0) + part.cells);
        }
      }
      const sum = (of: typeof parts) => of.reduce((total, { cells }) => total + cells, 0);
      counts.push({
        figure,
        level: name,
        cells: sum(parts),
        withheld: sum(parts.filter(({ withheld }) => withheld === 1)),
        marks: Object.fromEntries([...marks].sort(([a], [b]) => (a < b ? -1 : 1))),
        from: parts.map(({ first }) => String(first)).reduce((a, b) => (b < a ? b : a)),
        to: parts.map(({ last }) => String(last)).reduce((a, b) => (b > a ? b : a)),
      });
    }
  }
  return counts;
}
