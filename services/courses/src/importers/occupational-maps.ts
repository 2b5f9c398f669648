/**
 * Reads answers of the Occupational Maps API of Skills England (`/Occupations/{code}` with soc, typical job titles, map
 * hierarchy and products expanded), saved as one JSON file: one occupation or a list of them. Only codes, names and figures
 * are taken; duties, overviews and employers are passed over.
 */
import { layoutError, type SourceFile } from '@lmi/importing';
import type { ProgrammeRecord } from './programmes';

interface Occupation {
  readonly stdCode?: unknown;
  readonly name?: unknown;
  readonly level?: unknown;
  readonly versionNo?: unknown;
  readonly statusName?: unknown;
  readonly soc?: { readonly soc2020Code?: unknown } | null;
  readonly typicalJobTitles?: unknown;
  readonly mapHierarchy?: { readonly routeName?: unknown } | null;
  readonly products?: unknown;
}

/** One apprenticeship per product of type "Apprenticeship"; the occupation itself where products were not asked for. */
export async function readOccupationalMaps(file: SourceFile): Promise<ProgrammeRecord[]> {
  const occupations = await readJson(file);
  const list = Array.isArray(occupations) ? (occupations as Occupation[]) : [occupations as Occupation];
  if (list.length === 0) throw layoutError(file.name, 'no occupation in the file');
  return list.flatMap((occupation, index): ProgrammeRecord[] => {
    const place = `${file.name}, occupation ${index + 1}`;
    const code = text(occupation.stdCode);
    if (!/^OCC\d{4}[A-Z]?$/.test(code)) {
      throw layoutError(`${place}, stdCode`, `found "${code}", expected a code such as OCC0499`);
    }
    const level = Number(occupation.level);
    if (!Number.isInteger(level) || level < 1 || level > 8) {
      throw layoutError(`${place}, level`, `found "${text(occupation.level)}", expected 1 to 8`);
    }
    if (text(occupation.name) === '') throw layoutError(`${place}, name`, 'empty, expected a name');
    if (occupation.soc === undefined) {
      throw layoutError(`${place}, soc`, 'missing: ask for it with expand=occupation.soc');
    }
    // The API writes 0 where an occupation has no code.
    const soc = text(occupation.soc?.soc2020Code);
    if (!/^([1-9]\d{3}|0|)$/.test(soc)) {
      throw layoutError(`${place}, soc.soc2020Code`, `found "${soc}", expected a SOC 2020 unit group or 0`);
    }
    const products = (Array.isArray(occupation.products) ? occupation.products : []) as Record<
      string,
      unknown
    >[];
    const apprenticeships = products.filter(({ typeName }) => text(typeName) === 'Apprenticeship');
    const ids =
      occupation.products === undefined
        ? [{ productCode: code.replace('OCC', 'ST'), statusName: occupation.statusName }]
        : apprenticeships;
    return ids.map((product) => ({
      id: text(product['productCode']),
      kind: 'standard' as const,
      title: text(occupation.name),
      level,
      status: text(product['statusName'] ?? occupation.statusName),
      route: text(occupation.mapHierarchy?.routeName) || null,
      sector: null,
      starts: null,
      ends: null,
      months: null,
      funding: null,
      version: text(occupation.versionNo) || null,
      lars: null,
      jobTitles: titles(occupation.typicalJobTitles),
      soc2020: /^[1-9]/.test(soc) ? soc : null,
      place,
    }));
  });
}

async function readJson(file: SourceFile): Promise<unknown> {
  try {
    return JSON.parse((await file.read()).toString('utf8')) as unknown;
  } catch (cause) {
    throw layoutError(
      file.name,
      `not readable as JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function titles(value: unknown): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  return list
    .map((item) => text(typeof item === 'object' && item !== null ? (item as { name?: unknown }).name : item))
    .filter((title) => title !== '');
}
