/** A reader who works out withheld cells from everything that is published, with a linear programme. */
import loadHighs from 'highs';

/** `sum of factor × cell = total`, over withheld cells; what is shown is already taken off the total. */
export interface Equation {
  readonly parts: readonly (readonly [cell: string, factor: number])[];
  readonly total: number;
}

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Sums of parts of a total differ from it in their last bits: equations that say the same must not contradict. */
const slack = 1e-3;

let solver: ReturnType<typeof loadHighs> | undefined;

/** Finds the least and greatest value that each of the cells can have; none is negative. */
export async function attack(
  equations: readonly Equation[],
  cells: readonly string[],
): Promise<Map<string, Interval>> {
  const names = new Map<string, string>();
  const nameOf = (cell: string) => {
    let name = names.get(cell);
    if (!name) names.set(cell, (name = `x${names.size}`));
    return name;
  };
  const rows = equations
    .filter(({ parts }) => parts.length > 0)
    .map(({ parts, total }, index) => {
      const sum = lines(
        parts.map(([cell, factor]) => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${nameOf(cell)}`),
      );
      return ` a${index}: ${sum} >= ${total - slack}\n b${index}: ${sum} <= ${total + slack}`;
    })
    .join('\n');
  const found = new Map<string, Interval>();
  solver ??= loadHighs();
  const highs = await solver;
  for (const cell of cells) {
    const solve = (aim: string): number => {
      const { Status, ObjectiveValue } = highs.solve(
        `${aim}\n obj: ${nameOf(cell)}\nSubject To\n${rows}\nEnd`,
      );
      if (Status === 'Unbounded' || Status === 'Primal infeasible or unbounded') return Infinity;
      if (Status !== 'Optimal') throw new Error(`the programme of ${cell} has no solution: ${Status}`);
      return ObjectiveValue;
    };
    found.set(cell, { lower: solve('Minimize'), upper: solve('Maximize') });
  }
  return found;
}

/** The format limits the length of a line. */
function lines(terms: readonly string[]): string {
  const groups: string[] = [];
  for (let at = 0; at < terms.length; at += 8) groups.push(terms.slice(at, at + 8).join(' '));
  return groups.join('\n  ');
}

/** What a hierarchy's row totals and sums of parts tell of its withheld cells. */
export function equationsOf(table: {
  readonly groups: readonly (readonly [group: string, parts: readonly string[]])[];
  readonly codes: readonly string[];
  readonly value: (row: string, code: string) => number;
  readonly isWithheld: (row: string, code: string) => boolean;
}): Equation[] {
  const { groups, codes, value, isWithheld } = table;
  const root = groups[0]![0];
  const equation = (cells: readonly (readonly [row: string, code: string, factor: number])[]): Equation => {
    const open = cells.filter(([row, code]) => row === root || !isWithheld(row, code));
    const parts = cells.filter(([row, code]) => row !== root && isWithheld(row, code));
    const exact = cells.reduce((sum, [row, code, factor]) => sum + factor * value(row, code), 0);
    const shown = open.reduce((sum, [row, code, factor]) => sum + factor * value(row, code), 0);
    return {
      parts: parts.map(([row, code, factor]) => [`${row}/${code}`, factor]),
      total: exact - shown,
    };
  };
  return [
    ...groups.flatMap(([, parts]) => parts.map((row) => equation(codes.map((code) => [row, code, 1])))),
    ...groups.flatMap(([group, parts]) =>
      codes.map((code) => equation([...parts.map((row) => [row, code, 1] as const), [group, code, -1]])),
    ),
  ];
}
