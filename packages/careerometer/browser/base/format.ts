import type { Texts } from './texts';

/** How numbers are written. Rounding is how they are shown, and all that is done to them here. */
export interface Formats {
  pounds(value: number): string;
  hours(value: number): string;
  people(value: number): string;
  percent(value: number): string;
}

const known = new Map<string, Formats>();

export function formatsOf({ locale }: Texts): Formats {
  const found = known.get(locale);
  if (found) return found;
  const format = (options: Intl.NumberFormatOptions) => {
    const { format: write } = new Intl.NumberFormat(locale, options);
    // A minus sign, where some languages write a hyphen.
    return (value: number) => write(value).replace('-', '−');
  };
  const formats: Formats = {
    pounds: format({ style: 'currency', currency: 'GBP', maximumFractionDigits: 0 }),
    hours: format({ maximumFractionDigits: 1 }),
    people: format({ maximumSignificantDigits: 3 }),
    percent: format({
      style: 'unit',
      unit: 'percent',
      maximumFractionDigits: 0,
      signDisplay: 'exceptZero',
    }),
  };
  known.set(locale, formats);
  return formats;
}
