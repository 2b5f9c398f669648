import { suppress, type SuppressionOptions } from './disclosure';

/** The same cells at one time. */
export interface HierarchyTable {
  readonly value: (row: string, code: string) => number;
  /** Cells that are withheld by themselves. */
  readonly isPrimary: (row: string, code: string) => boolean;
}

/**
 * Tables that hang together: every group is the sum of its parts, by the same codes. The table of one group has its
 * parts as rows; its row and column totals are published but for what is withheld of the group itself.
 */
export interface Hierarchy {
  /** Groups with their parts, each group after the one that it is part of; all cells of the first are published. */
  readonly groups: readonly (readonly [group: string, parts: readonly string[]])[];
  readonly codes: readonly string[];
  /** What is published over time. One choice of cells is made for all times, so that one year does not tell another. */
  readonly tables: readonly HierarchyTable[];
  readonly options?: Pick<SuppressionOptions, 'protection' | 'floor'>;
}

export interface HierarchySuppression {
  /** By row: the codes withheld, primary and secondary. */
  readonly withheld: ReadonlyMap<string, ReadonlySet<string>>;
  /** Cells that nothing protects: the only part of a total that is itself published. */
  readonly unprotected: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Codes by row. */
class Places {
  readonly byRow = new Map<string, Set<string>>();

  has(row: string, code: string): boolean {
    return this.byRow.get(row)?.has(code) === true;
  }

  /** @returns whether the place is new. */
  add(row: string, code: string): boolean {
    let codes = this.byRow.get(row);
    if (!codes) this.byRow.set(row, (codes = new Set()));
    const before = codes.size;
    return codes.add(code).size > before;
  }
}

/**
 * Chooses further cells to withhold, as {@link suppress} does, in all tables of a hierarchy, until no table gives away
 * a withheld cell by its totals or its parts. Where a group has no second part to withhold, the cell of the
 * group is withheld as well and protected in the table above.
 */
export function suppressHierarchy({ groups, codes, tables, options }: Hierarchy): HierarchySuppression {
  const withheld = new Places();
  const unprotected = new Places();
  const groupOf = new Map(groups.flatMap(([group, parts]) => parts.map((part) => [part, group] as const)));
  const changed = new Set(groups.map(([group]) => group));
  const touch = (row: string): void => {
    changed.add(row);
    const above = groupOf.get(row);
    if (above !== undefined) changed.add(above);
  };
  const withhold = (row: string, code: string): void => {
    if (withheld.add(row, code)) touch(row);
  };
  for (const row of groupOf.keys()) {
    for (const code of codes) {
      if (tables.some((table) => table.isPrimary(row, code))) withhold(row, code);
    }
  }
  let largestPrimary = 0;
  for (const { value, isPrimary } of tables) {
    for (const [row, codesOf] of withheld.byRow) {
      for (const code of codesOf)
        if (isPrimary(row, code)) largestPrimary = Math.max(largestPrimary, value(row, code));
    }
  }
  const largest = (row: string, code: string) => Math.max(...tables.map(({ value }) => value(row, code)));

  for (;;) {
    const next = groups.find(([group]) => changed.has(group));
    if (!next) return { withheld: withheld.byRow, unprotected: unprotected.byRow };
    const [group, parts] = next;
    changed.delete(group);
    // A withheld cell of the group leaves its column total open: it stands in the table as one more row.
    const rows = [...parts, group];
    const isOpen = (row: string, code: string) => withheld.has(row, code) && !unprotected.has(row, code);
    const exposed = new Map<string, readonly [row: string, code: string]>();
    for (const { value, isPrimary } of tables) {
      const pattern = rows.map((row) => codes.map((code) => isOpen(row, code)));
      if (!pattern.some((row) => row.includes(true))) continue;
      const values = rows.map((row) =>
        codes.map((code) => (row === group && !isOpen(group, code) ? 0 : value(row, code))),
      );
      const sensitive = rows.map((row) => codes.map((code) => isPrimary(row, code)));
      const amounts = values.flatMap((row, r) => row.filter((_, c) => pattern[r]![c] && sensitive[r]![c]));
      // Cells withheld for others' sake must not be known exactly; how unsure they must be, the sensitive ones say.
      const others = amounts.length > 0 ? Math.min(...amounts) : largestPrimary;
      const result = suppress(values, pattern, { ...options, sensitive, others });
      for (const [row, column] of result.secondary) withhold(rows[row]!, codes[column]!);
      for (const [row, column] of result.unprotected) {
        exposed.set(`${rows[row]!}/${codes[column]!}`, [rows[row]!, codes[column]!]);
      }
    }
    if (exposed.size === 0) continue;
    // What the parts cannot protect, the group may: by its own cell, or by one more beside that.
    const own = [...exposed.values()].map(([, code]) => code).filter((code) => !withheld.has(group, code));
    const beside = codes.filter((code) => !withheld.has(group, code) && largest(group, code) > 0);
    beside.sort((a, b) => largest(group, a) - largest(group, b));
    const help = !groupOf.has(group) ? [] : own.length > 0 ? own : beside.slice(0, 1);
    for (const code of help) withhold(group, code);
    if (help.length > 0) continue;
    for (const [row, code] of exposed.values()) if (unprotected.add(row, code)) touch(row);
  }
}
