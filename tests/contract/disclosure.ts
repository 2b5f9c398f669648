import { attack, type Equation } from '@lmi/statistics/testing';
import { occupationCodes } from '../support/occupation-codes';

interface Cell {
  readonly value: number | null;
  readonly marks: readonly string[];
}

interface Reply {
  readonly observations: readonly { readonly year: number; readonly code?: string; readonly cell: Cell }[];
}

const root = 'all';
const years = [2026, 2035];
/** By industry the parts of an occupation also hold cells that the producer withholds: no total can be taken off. */
const breakdowns = ['sex', 'working-status', 'qualification', 'area'];
/** Withheld cells that the linear programme is asked about, of each breakdown and year. */
const sample = 12;

/** SOC 2020 codes at every level: groups with their parts, wider groups first. */
function hierarchy(): [string, string[]][] {
  const codes = occupationCodes('soc2020');
  const parts = (group: string) =>
    codes.filter((code) =>
      group === root ? code.length === 1 : code.length === group.length + 1 && code.startsWith(group),
    );
  return [root, ...codes.filter((code) => code.length < 4)].map((group) => [group, parts(group)]);
}

/** Cells that follow by subtraction alone: an equation with one unknown tells it, which may leave another with one. */
function subtract(equations: readonly Equation[]): Map<string, number> {
  const known = new Map<string, number>();
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const { parts, total } of equations) {
      const open = parts.filter(([cell]) => !known.has(cell));
      if (open.length !== 1) continue;
      const taken = parts.reduce((sum, [cell, factor]) => sum + factor * (known.get(cell) ?? 0), 0);
      known.set(open[0]![0], (total - taken) / open[0]![1]);
    }
  }
  return known;
}

/** A reader takes all estimates of employment that the API gives and tries to work out those that it withholds. */
export function disclosureSuite(base: () => string): void {
  describe('withheld estimates', () => {
    const groups = hierarchy();
    const rows = [root, ...groups.flatMap(([, parts]) => parts)];

    /** "row/code/year" → cell. */
    async function published(breakdown: string): Promise<Map<string, Cell>> {
      const cells = new Map<string, Cell>();
      const ask = async (row: string) => {
        const query = `occupation=${row}&minYear=${years[0]}&maxYear=${years.at(-1)}&fallBack=false`;
        const by = breakdown === '' ? '' : `&breakdown=${breakdown}`;
        const response = await fetch(`${base()}/api/v2/employment?${query}${by}`);
        expect(response.status).toBe(200);
        const { observations } = (await response.json()) as Reply;
        for (const { year, code, cell } of observations) cells.set(`${row}/${code ?? ''}/${year}`, cell);
      };
      for (let at = 0; at < rows.length; at += 20) await Promise.all(rows.slice(at, at + 20).map(ask));
      return cells;
    }

    it.each(breakdowns)('cannot be worked out by %s', async (breakdown) => {
      const cells = await published(breakdown);
      const totals = await published('');
      for (const year of years) {
        const at = (row: string, code: string) => cells.get(`${row}/${code}/${year}`);
        const total = (row: string) => totals.get(`${row}//${year}`)?.value ?? undefined;
        const codes = [...new Set([...cells.keys()].map((key) => key.split('/')[1]!))].filter(
          (code) => typeof at(root, code)?.value === 'number',
        );
        const hidden = (row: string, code: string) => at(row, code)?.marks.includes('confidential') === true;
        const shown = (row: string, code: string) => at(row, code)?.value ?? 0;
        const sum = (amounts: readonly number[]) => amounts.reduce((all, amount) => all + amount, 0);
        const shownRow = (row: string) => sum(codes.map((code) => shown(row, code)));
        // The parts make up a fixed share of the total (by area it lacks Northern Ireland), and the whole is a fixed multiple
        // of the major groups: a reader sees both in rows that are shown in full.
        const share = shownRow(root) / total(root)!;
        const multiple = total(root)! / sum(groups[0]![1].map((row) => total(row)!));
        const equations: Equation[] = [];
        for (const row of rows.filter((one) => total(one) !== undefined)) {
          const parts = codes
            .filter((code) => hidden(row, code))
            .map((code) => [`${row}/${code}`, 1] as const);
          equations.push({ parts, total: total(row)! * share - shownRow(row) });
        }
        for (const [group, members] of groups) {
          for (const code of codes) {
            const parts = members
              .filter((row) => hidden(row, code))
              .map((row) => [`${row}/${code}`, 1] as const);
            const whole = group === root ? shown(root, code) / multiple : shown(group, code);
            equations.push({
              parts: hidden(group, code) ? [...parts, [`${group}/${code}`, -1]] : parts,
              total: whole - sum(members.map((row) => shown(row, code))),
            });
          }
        }
        const withheld = rows.flatMap((row) =>
          codes.filter((code) => hidden(row, code)).map((code) => `${row}/${code}`),
        );
        expect(withheld.length).toBeGreaterThan(50);
        expect([...subtract(equations).keys()]).toEqual([]);

        const every = Math.ceil(withheld.length / sample);
        const asked = withheld.filter((_, index) => index % every === 0);
        const open = equations.filter(({ parts }) => parts.length > 0);
        for (const [cell, { lower, upper }] of await attack(open, asked)) {
          // Small cells stay open to 10 % each way whatever is combined, larger ones are not known exactly.
          const least = lower < 1_000 ? 0.2 * lower : 1;
          expect(upper - lower > least ? 'open' : `${cell} ${year}: ${lower} to ${upper}`).toBe('open');
        }
      }
    });
  });
}
