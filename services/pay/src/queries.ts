/** Reads of pay, each of one release. */
import { LmiError, type Reader, type ReleaseSet, type SqlValue } from '@lmi/kit';
import type { ValueColumn } from './codes';

export interface ServingReleases {
  readonly ashe: { readonly id: number; readonly version: string };
  /** Absent until the estimates have been worked out. */
  readonly estimates: { readonly id: number; readonly version: string } | undefined;
}

/** @throws LmiError unavailable before the first release of `ashe` is published. */
export function servingReleases(releases: ReleaseSet): ServingReleases {
  const ashe = releases.get('ashe');
  if (!ashe) throw new LmiError('unavailable', 'no release of dataset ashe is published yet');
  return { ashe, estimates: releases.get('pay-estimates') };
}

/** Key columns of pay_cell, and the figures asked for. */
export interface PayCellRow extends Partial<Record<ValueColumn | 'cv_median' | 'cv_mean', number | null>> {
  readonly classification: string;
  readonly soc: string;
  readonly area: string;
  readonly age: string;
  readonly sex: string;
  readonly working_pattern: string;
  readonly year: number;
  readonly markers: string;
}

/** Series of one classification. */
export interface SeriesGroup {
  readonly classification: string;
  readonly socs: readonly string[];
  readonly areas: readonly string[];
  readonly ages: readonly string[];
}

export interface CellQuery {
  readonly groups: readonly SeriesGroup[];
  readonly measure: string;
  readonly sexes: readonly string[];
  readonly workingPatterns: readonly string[];
  readonly columns: readonly string[];
}

/**
 * All years of the series asked for, in one statement. Every key column before the year is given, so that the engine
 * reads one short range of the clustered key per series and no more; the union keeps that plan on both engines.
 */
export function readCells(reader: Reader, release: number, query: CellQuery): Promise<PayCellRow[]> {
  const { groups, measure, sexes, workingPatterns, columns } = query;
  const params: SqlValue[] = [];
  const parts = groups.map(({ classification, socs, areas, ages }) => {
    params.push(release, classification, ...socs, measure, ...areas, ...ages, ...sexes, ...workingPatterns);
    return (
      `SELECT classification, soc, area, age, sex, working_pattern, year, markers, ${columns.join(', ')} ` +
      `FROM pay_cell WHERE release_id = ? AND classification = ? AND soc ${oneOf(socs)} AND measure = ? ` +
      `AND area ${oneOf(areas)} AND age ${oneOf(ages)} AND sex ${oneOf(sexes)} ` +
      `AND working_pattern ${oneOf(workingPatterns)}`
    );
  });
  return reader.all<PayCellRow>(parts.join(' UNION ALL '), params);
}

export interface FactorRow {
  readonly soc: string;
  readonly sex: string;
  readonly working_pattern: string;
  readonly code: string;
  readonly factor: number;
  readonly weight: number;
}

export interface FactorQuery {
  readonly socs: readonly string[];
  readonly measure: string;
  readonly sexes: readonly string[];
  readonly workingPatterns: readonly string[];
  /** Areas and age bands: no code is in both lists. */
  readonly codes: readonly string[];
}

export function readFactors(reader: Reader, release: number, query: FactorQuery): Promise<FactorRow[]> {
  const { socs, sexes, workingPatterns, codes } = query;
  return reader.all<FactorRow>(
    `SELECT soc, sex, working_pattern, code, factor, weight FROM pay_factor
     WHERE release_id = ? AND soc ${oneOf(socs)} AND measure = ? AND sex ${oneOf(sexes)}
     AND working_pattern ${oneOf(workingPatterns)} AND dimension IN ('age', 'area') AND code ${oneOf(codes)}`,
    [release, ...socs, query.measure, ...sexes, ...workingPatterns, ...codes],
  );
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? '= ?' : `IN (?${', ?'.repeat(values.length - 1)})`;
}
