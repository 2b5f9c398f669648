/** What reconciliation needs: a repeatable sample, API addresses, and picking a cell out of an answer. */

/** `size` items without repetition, the same for the same seed; all of them when there are fewer. */
export function seededSample<T>(items: readonly T[], size: number, seed: number): T[] {
  const random = generator(seed);
  const pool = [...items];
  const count = Math.min(size, pool.length);
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(random() * (pool.length - index));
    [pool[index], pool[other]] = [pool[other]!, pool[index]!];
  }
  return pool.slice(0, count);
}

/** Mulberry32: a small generator whose sequence depends on the seed only. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function queryOf(parameters: Readonly<Record<string, string | number>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== '') query.set(name, String(value));
  return query.toString();
}

/** A withheld cell must come as withheld, not as the wider figure that may stand in for it. */
const exactly = { fallBack: 'false' };

export interface EmploymentQuery {
  readonly occupation: string;
  readonly classification: string;
  readonly area: string;
  readonly breakdown: string;
  readonly minYear: number;
  readonly maxYear: number;
}

export function employmentPath(query: EmploymentQuery): string {
  return `/api/v2/employment?${queryOf({ ...query, ...exactly })}`;
}

export function replacementPath(query: { occupation: string; area: string }): string {
  return `/api/v2/employment/replacement-demand?${queryOf({ ...query, classification: 'soc2020', ...exactly })}`;
}

interface ServedCell {
  readonly value?: number | null;
  readonly marks?: readonly string[];
}

function served(
  cell: ServedCell | undefined,
): { value: number | null; marks: readonly string[] } | undefined {
  return cell ? { value: cell.value ?? null, marks: cell.marks ?? [] } : undefined;
}

/** The observation of a year and category ('' without a breakdown). */
export function cellOf(year: number, code: string): (body: unknown) => ReturnType<typeof served> {
  return (body) => {
    const { observations } = body as { observations?: { year: number; code?: string; cell: ServedCell }[] };
    return served(observations?.find((item) => item.year === year && (item.code ?? '') === code)?.cell);
  };
}

/** One figure of a replacement-demand answer, by its field. */
export function fieldOf(field: string): (body: unknown) => ReturnType<typeof served> {
  return (body) => served((body as Record<string, ServedCell | undefined>)[field]);
}
