/** Reads the list of apprenticeship frameworks, the scheme before standards, as the Apprenticeship Service publishes it. */
import { layoutError, type SourceFile } from '@lmi/importing';
import type { ProgrammeRecord } from './programmes';

export const frameworksName = /^apprenticeship_frameworks.*\.json$/i;

interface Framework {
  readonly Id?: unknown;
  readonly FrameworkName?: unknown;
  readonly PathwayName?: unknown;
  readonly Level?: unknown;
  readonly Ssa2?: unknown;
  readonly EffectiveFrom?: unknown;
  readonly EffectiveTo?: unknown;
  readonly Duration?: unknown;
  readonly MaxFunding?: unknown;
  readonly IsActiveFramework?: unknown;
}

export async function readFrameworks(file: SourceFile): Promise<ProgrammeRecord[]> {
  let list: unknown;
  try {
    list = JSON.parse((await file.read()).toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw layoutError(
      file.name,
      `not readable as JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  if (!Array.isArray(list) || list.length === 0) throw layoutError(file.name, 'found no list of frameworks');
  const seen = new Map<string, number>();
  return (list as Framework[]).map((framework, index): ProgrammeRecord => {
    const place = `${file.name}, framework ${index + 1}`;
    const must = (name: keyof Framework, pattern: RegExp, what: string): string => {
      const value = framework[name];
      const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
      if (pattern.test(text)) return text;
      throw layoutError(`${place}, ${name}`, `found "${text}", expected ${what}`);
    };
    const id = must('Id', /^\d{3}-\d{1,2}-\d{1,2}$/, 'a code such as 403-2-1 (framework, type, pathway)');
    const first = seen.get(id);
    if (first !== undefined) throw layoutError(`${place}, Id`, `duplicate of framework ${first}: ${id}`);
    seen.set(id, index + 1);
    const name = must('FrameworkName', /./, 'a name');
    const pathway = must('PathwayName', /./, 'a name');
    const positive = (field: keyof Framework): number | null => {
      const value = Number(must(field, /^\d+(\.\d+)?$/, 'a number'));
      return value > 0 ? value : null;
    };
    if (typeof framework.IsActiveFramework !== 'boolean') {
      throw layoutError(`${place}, IsActiveFramework`, 'expected true or false');
    }
    return {
      id,
      kind: 'framework',
      title: pathway === name ? name : `${name}: ${pathway}`,
      level: Number(must('Level', /^[2-8]$/, 'a level from 2 to 8')),
      status: framework.IsActiveFramework ? 'Open' : 'Closed',
      route: null,
      sector: must('Ssa2', /^\d{1,2}(\.\d)?$/, 'a sector subject area'),
      starts: must('EffectiveFrom', /^\d{4}-\d{2}-\d{2}T/, 'a date').slice(0, 10),
      ends: framework.EffectiveTo ? must('EffectiveTo', /^\d{4}-\d{2}-\d{2}T/, 'a date').slice(0, 10) : null,
      months: positive('Duration'),
      funding: positive('MaxFunding'),
      version: null,
      lars: null,
      jobTitles: [],
      soc2020: null,
      place,
    };
  });
}
