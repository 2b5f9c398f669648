/** Fields that the schemas of several sources share. */
import { z } from 'zod';
import type { NormalAdvert, SalaryUnit } from '../advert';

/** Text that may be missing; far longer than any that is used, so that a bloated field is no advert. */
export const text = z
  .string()
  .max(50_000)
  .nullish()
  .transform((value) => value ?? '');
export const title = z.string().trim().min(2).max(500);
export const reference = z
  .union([z.string().trim().min(1).max(128), z.number().int().nonnegative()])
  .transform(String);
export const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);

/** A web address on one of the source's own hosts. */
export function linkTo(...hosts: readonly string[]) {
  return z.string().refine(
    (link) => {
      if (!URL.canParse(link)) return false;
      const { protocol, hostname } = new URL(link);
      return (
        (protocol === 'https:' || protocol === 'http:') &&
        hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
      );
    },
    `expected an address of ${hosts.join(', ')}`,
  );
}

const aDayMs = 86_400_000;

/** ISO 8601 UTC to the second; '' for what is no date or lies in the future by more than a day. */
export function pastTime(value: string, now = Date.now()): string {
  const time = timeOf(value);
  return time !== undefined && time <= now + aDayMs ? isoOf(time) : '';
}

/** ISO 8601 UTC to the second; '' for what is no date. */
export function anyTime(value: string): string {
  const time = timeOf(value);
  return time === undefined ? '' : isoOf(time);
}

/** "2026-01-31T10:00:00Z", "2026-01-31" or "31/01/2026". */
function timeOf(value: string): number | undefined {
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value.trim()) ?? [];
  const time = Date.parse(year ? `${year}-${month}-${day}T00:00:00Z` : value);
  const plausible = time > Date.UTC(2000, 0) && time < Date.UTC(2100, 0);
  return plausible ? time : undefined;
}

const isoOf = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Pay that can be: hourly up to 500 pounds, others up to a million. What cannot is left out, not corrected. */
export function salaryOf(
  min: number | undefined,
  max: number | undefined,
  unit: SalaryUnit,
): Pick<NormalAdvert, 'salaryMin' | 'salaryMax' | 'salaryUnit'> {
  const most = unit === 'GBP/hour' ? 500 : 1_000_000;
  const good = (value: number | undefined): value is number =>
    value !== undefined && value > 0 && value <= most;
  if (!good(min) && !good(max)) return {};
  const low = good(min) ? min : max!;
  const high = good(max) ? max : min!;
  return low <= high ? { salaryMin: low, salaryMax: high, salaryUnit: unit } : {};
}
