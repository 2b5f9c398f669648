import { writeFileSync } from 'node:fs';
import { LmiError } from '@lmi/kit';
import { firstDay, readUsageReport, usageCsv } from '@lmi/operations';
import { print, withData } from './session';

export interface ReportOptions {
  readonly months: string;
  readonly csv?: string;
  readonly html?: string;
}

const MOST_MONTHS = 24;
const SHOWN = 15;

/** Prints how the service was used, and writes the whole report as CSV or as a page. */
export async function usageReportCommand(options: ReportOptions): Promise<void> {
  const months = Number(options.months);
  if (!/^\d+$/.test(options.months) || months < 1 || months > MOST_MONTHS) {
    throw new LmiError('invalid-argument', `months must be a whole number from 1 to ${MOST_MONTHS}`, {
      field: 'months',
    });
  }
  await withData(async ({ db }) => {
    const to = new Date().toISOString().slice(0, 10);
    const report = await readUsageReport(db, firstDay(to, months), to);
    const n = (value: number) => value.toLocaleString('en-GB').padStart(12);
    print(`${report.from} to ${report.to}`);
    print(
      `${n(report.queries)} queries, ${report.fromEntrance} of them from the public cache, ${report.failed} failed`,
    );
    print(
      `${n(report.meanSystems)} systems on a mean day with queries, ${report.medianSystems} on the middle one, ${report.mostSystems} on the busiest`,
    );
    print();
    print(
      'by month: queries, systems on a mean day, on the busiest (of a whole month they cannot be counted)',
    );
    for (const { month, queries, meanSystems, mostSystems } of report.byMonth)
      print(`${n(queries)} ${n(meanSystems)} ${n(mostSystems)}  ${month}`);
    for (const [title, list] of [
      ['by dataset', report.datasets],
      ['by endpoint', report.endpoints],
    ] as const) {
      print();
      print(title);
      for (const { name, queries } of list.slice(0, SHOWN)) print(`${n(queries)}  ${name}`);
    }
    if (options.csv !== undefined) {
      writeFileSync(options.csv, usageCsv(report));
      print(`written: ${options.csv}`);
    }
    if (options.html !== undefined) {
      const { usageReportPage } = await import('@lmi/gateway');
      writeFileSync(options.html, usageReportPage(report, `Usage, last ${months} months`));
      print(`written: ${options.html}`);
    }
  });
}
