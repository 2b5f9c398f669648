/** The parts of an occupation's page: each is a drawing or a table with bars, made from one answer of the API. */
import { chartSummary } from './summary';
import type { Cell, PayObservation, Profile, ReleaseCard, Trend } from '../answers';
import { callTo, csvOf } from '../calls';
import { bars } from '../charts/bar';
import { lineChart, type Point } from '../charts/line';
import { spreadChart, type Spread } from '../charts/spread';
import { cellText, figure, marksOf, monthName, type MarkView } from '../text';

export interface Row {
  readonly label: string;
  readonly value: string;
  readonly marks: readonly MarkView[];
  /** Drawing, see charts/bar. */
  readonly bar?: string | undefined;
  readonly link?: string | undefined;
  readonly emphasised?: boolean | undefined;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  /** Sentences before the figures. */
  readonly lead: readonly string[];
  /** Drawing, see charts/frame. */
  readonly chart?: string;
  readonly columns: readonly [string, string];
  readonly rows: readonly Row[];
  /** The table is what is shown, not the alternative of a drawing. */
  readonly open: boolean;
  readonly marks: readonly MarkView[];
  readonly sources: readonly {
    readonly title: string;
    readonly href: string;
    readonly attribution: string;
  }[];
  readonly call: string;
  readonly csv: string;
  /** Why there are no figures. */
  readonly missing?: string | undefined;
  readonly note?: string | undefined;
}

export interface Setting {
  readonly code: string;
  readonly area: string;
  readonly areaName: (code: string) => string;
  readonly cards: ReadonlyMap<string, ReleaseCard>;
}

function sourcesOf(cells: Iterable<Cell>, { cards }: Setting): Section['sources'] {
  const releases = new Set([...cells].map((cell) => cell.source.release));
  return [...releases].flatMap((version) => {
    const card = cards.get(version);
    return card
      ? [{ title: card.title, href: `/datasets/${card.dataset}`, attribution: card.attribution }]
      : [];
  });
}

/** Says when the figures answer a wider question than was asked. */
function coarserNote(cells: readonly Cell[], { areaName }: Setting): string | undefined {
  const cell = cells.find(({ marks }) => marks.includes('coarser'));
  if (!cell?.asked || !cell.answered) return undefined;
  const parts = [
    cell.asked.area !== cell.answered.area &&
      `${areaName(cell.answered.area)} as a whole, because there is no figure for ${areaName(cell.asked.area)}`,
    cell.asked.occupation !== cell.answered.occupation &&
      `the wider occupation group ${cell.answered.occupation}, because there is none for ${cell.asked.occupation} alone`,
  ].filter(Boolean);
  return parts.length > 0 ? `Some of these figures are for ${parts.join(', and for ')}.` : undefined;
}

function rowsOf(
  cells: readonly { readonly label: string; readonly cell: Cell }[],
  drawings: readonly (string | undefined)[] = [],
): Row[] {
  return cells.map(({ label, cell }, at) => ({
    label,
    value: cellText(cell),
    marks: marksOf([cell]),
    bar: drawings[at],
  }));
}

function section(
  setting: Setting,
  call: string,
  cells: readonly Cell[],
  parts: Omit<Section, 'marks' | 'sources' | 'call' | 'csv' | 'note'>,
): Section {
  return {
    ...parts,
    marks: marksOf(cells),
    sources: sourcesOf(cells, setting),
    call,
    csv: csvOf(call),
    note: coarserNote(cells, setting),
  };
}

const STATISTICS = [
  ['p10', 'One in ten earns less than'],
  ['p25', 'A quarter earn less than'],
  ['median', 'Half earn less than (median)'],
  ['p75', 'A quarter earn more than'],
  ['p90', 'One in ten earns more than'],
  ['mean', 'Mean'],
] as const;

function spreadOf(label: string, observations: readonly PayObservation[]): Spread {
  const value = (name: string) =>
    observations.find(({ statistic }) => statistic === name)?.cell.value ?? null;
  return {
    label,
    p10: value('p10'),
    p25: value('p25'),
    median: value('median'),
    p75: value('p75'),
    p90: value('p90'),
  };
}

/** @param all the same percentiles of all employees in the area. */
export function paySection(
  profile: Profile,
  all: readonly PayObservation[],
  setting: Setting,
): { section: Section; year: number | undefined } {
  const { pay } = profile;
  const title = 'Weekly pay';
  const year = pay.status === 'ok' ? pay.observations.at(-1)?.year : undefined;
  const call = callTo('/api/v2/pay', {
    occupation: setting.code,
    area: setting.area,
    statistics: 'mean,median,p10,p25,p75,p90',
    year,
  });
  if (pay.status !== 'ok' || year === undefined) {
    return {
      section: missingSection('pay', title, call, pay.status === 'ok' ? 'There is no figure.' : pay.detail),
      year,
    };
  }
  const latest = pay.observations.filter((row) => row.year === year);
  const ordered = STATISTICS.flatMap(([name, label]) => {
    const found = latest.find(({ statistic }) => statistic === name);
    return found ? [{ label, cell: found.cell, name }] : [];
  });
  const cells = ordered.map(({ cell }) => cell);
  const median = ordered.find(({ name }) => name === 'median')?.cell;
  const rows = [spreadOf('This occupation', latest)];
  const everyone = spreadOf('All occupations', all);
  if (everyone.median !== null) rows.push(everyone);
  const money = (value: number) => figure(value, 'GBP/week');
  const shown = rows.some((row) => row.median !== null || row.p25 !== null);
  return {
    year,
    section: section(setting, call, cells, {
      id: 'pay',
      title,
      lead: [
        median && median.value !== null
          ? `Half of the employees in this occupation earned less than ${money(median.value)} a week in ${year}, before tax.`
          : `The median is not available for ${year}.`,
        'The bar holds the middle half of employees, the thin line all but the lowest and the highest tenth.',
      ],
      ...(shown ? { chart: spreadChart(chartSummary('Weekly pay', ordered), rows, money) } : {}),
      columns: ['Statistic', `Weekly pay, ${year}`],
      rows: rowsOf(ordered),
      open: false,
    }),
  };
}

/** Pay along one breakdown, as a table with bars. */
export function payBreakdown(
  observations: readonly PayObservation[],
  setting: Setting,
  {
    by,
    title,
    year,
    label,
    overall,
  }: {
    readonly by: 'sex' | 'area' | 'age' | 'working-pattern';
    readonly title: string;
    readonly year: number;
    readonly label: (row: PayObservation) => string;
    readonly overall: number | null;
  },
): Section {
  const call = callTo('/api/v2/pay', {
    occupation: setting.code,
    area: by === 'area' || setting.area === 'K02000001' ? undefined : setting.area,
    breakdown: by,
    statistics: 'median',
    year,
  });
  const shown = observations.map((row) => ({ label: label(row), cell: row.cell, area: row.area }));
  if (by === 'area') shown.sort((a, b) => (b.cell.value ?? -1) - (a.cell.value ?? -1));
  if (shown.length === 0)
    return missingSection(`pay-by-${by}`, title, call, 'No source gives pay along these lines.');
  const at = by === 'area' ? shown.findIndex(({ area }) => area === setting.area) : -1;
  const drawings = bars(
    shown.map(({ cell }) => cell.value),
    { highlighted: at < 0 ? undefined : at, reference: overall },
  );
  return section(
    setting,
    call,
    shown.map(({ cell }) => cell),
    {
      id: `pay-by-${by}`,
      title,
      lead:
        overall === null
          ? []
          : [
              `The stroke in each bar marks ${figure(overall, 'GBP/week')}, the median of the whole occupation.`,
            ],
      columns: [
        title.replace(/^Weekly pay by /, '').replace(/^./, (letter) => letter.toUpperCase()),
        `Median weekly pay, ${year}`,
      ],
      rows: rowsOf(shown, drawings).map((row, index) => ({ ...row, emphasised: index === at })),
      open: true,
    },
  );
}

export function employmentSection(profile: Profile, setting: Setting): Section {
  const { employment } = profile;
  const title = 'People in work, past and projected';
  const call = callTo('/api/v2/employment', { occupation: setting.code, area: setting.area });
  if (employment.status !== 'ok') return missingSection('employment', title, call, employment.detail);
  const rows = employment.observations.map(({ year, cell }) => ({ label: String(year), year, cell }));
  const isProjected = ({ cell }: (typeof rows)[number]) => cell.marks.includes('projected');
  const point = ({ year, cell }: (typeof rows)[number]): Point => ({ x: year, y: cell.value });
  const observed = rows.filter((row) => !isProjected(row));
  const projected = rows.filter(isProjected);
  const now = observed.findLast(({ cell }) => cell.value !== null);
  const then = projected.findLast(({ cell }) => cell.value !== null);
  const people = (row: (typeof rows)[number]) => `${cellText(row.cell)} people in ${row.label}`;
  const some = rows.some(({ cell }) => cell.value !== null);
  return section(
    setting,
    call,
    rows.map(({ cell }) => cell),
    {
      id: 'employment',
      title,
      lead: [
        ...(now
          ? [`By the survey there were ${people(now)}.`]
          : ['There is no survey figure for this occupation here.']),
        ...(then
          ? [
              `The projection says ${people(then)}. It describes one likely course of events and is no promise.`,
            ]
          : []),
      ],
      ...(some
        ? {
            chart: lineChart({
              title: chartSummary(
                'People in this occupation by year',
                [now, then].filter((row) => row !== undefined),
              ),
              observed: observed.map(point),
              projected: [...observed.slice(-1), ...projected].map(point),
              ticks: rows.map(({ year }) => ({ x: year, label: String(year) })),
              format: (value) => figure(value, 'people', true),
            }),
          }
        : {}),
      columns: ['Year', 'People'],
      rows: rowsOf(rows),
      open: false,
    },
  );
}

export function replacementSection(profile: Profile, setting: Setting): Section {
  const { replacementDemand: demand } = profile;
  const title = 'Openings to be filled';
  const call = callTo('/api/v2/employment/replacement-demand', {
    occupation: setting.code,
    area: setting.area,
  });
  if (demand.status !== 'ok') return missingSection('openings', title, call, demand.detail);
  const rows = [
    { label: 'People who leave and need to be replaced', cell: demand.replacementDemand },
    { label: 'Change in the number of jobs', cell: demand.netChange },
    { label: 'Openings in all', cell: demand.totalRequirement },
    { label: 'Leavers each year, of all in the occupation', cell: demand.annualRate },
  ];
  return section(
    setting,
    call,
    rows.map(({ cell }) => cell),
    {
      id: 'openings',
      title,
      lead: [
        `Even an occupation that shrinks takes people on, because others retire or move. From ${demand.startYear} to ${demand.endYear}:`,
      ],
      columns: ['Openings', `${demand.startYear} to ${demand.endYear}`],
      rows: rowsOf(rows),
      open: true,
    },
  );
}

const INTERESTS = 'interests';

export function skillsSection(profile: Profile, setting: Setting): Section {
  return ratingsSection(profile, setting, {
    id: 'skills',
    title: 'Skills and knowledge',
    top: 5,
    belongs: (domain) => domain !== INTERESTS,
    call: `/api/v2/occupations/${setting.code}/skills`,
    lead: 'How important each is for the work, from 1 (not important) to 5 (extremely important). The ratings come from the United States and are linked to British occupations.',
    columns: ['Skill or knowledge', 'Importance, 1 to 5'],
  });
}

export function interestsSection(profile: Profile, setting: Setting): Section {
  return ratingsSection(profile, setting, {
    id: 'interests',
    title: 'Interests that the work meets',
    top: 7,
    belongs: (domain) => domain === INTERESTS,
    call: `/api/v2/occupations/${setting.code}/skills?domain=${INTERESTS}`,
    lead: 'How well the work suits people with each kind of interest, from 1 (not at all) to 7 (very well).',
    columns: ['Interest', 'Fit, 1 to 7'],
  });
}

function ratingsSection(
  { skills }: Profile,
  setting: Setting,
  {
    id,
    title,
    top,
    belongs,
    call,
    lead,
    columns,
  }: {
    readonly id: string;
    readonly title: string;
    readonly top: number;
    readonly belongs: (domain: string) => boolean;
    readonly call: string;
    readonly lead: string;
    readonly columns: readonly [string, string];
  },
): Section {
  if (skills.status !== 'ok') return missingSection(id, title, call, skills.detail);
  const rows = skills.ratings
    .filter(({ element }) => belongs(element.domain))
    .map(({ element, importance }) => ({ label: element.name, cell: importance }))
    .sort((a, b) => (b.cell.value ?? 0) - (a.cell.value ?? 0));
  if (rows.length === 0) return missingSection(id, title, call, 'The linked occupations have no ratings.');
  // The scale begins at 1, "not at all", and every bar is drawn on the whole scale.
  const drawings = bars([...rows.map(({ cell }) => (cell.value === null ? null : cell.value - 1)), top - 1]);
  return section(
    setting,
    call,
    rows.map(({ cell }) => cell),
    { id, title, lead: [lead], columns, rows: rowsOf(rows, drawings), open: true },
  );
}

export function vacanciesSection(trend: Trend | undefined, profile: Profile, setting: Setting): Section {
  const title = 'Online job adverts';
  const call = callTo('/api/v2/vacancies/trends', {
    occupation: setting.code,
    area: setting.area === 'K02000001' ? undefined : setting.area,
  });
  const found = trend ?? (profile.vacancies.status === 'ok' ? profile.vacancies : undefined);
  if (!found || found.observations.length === 0) {
    const detail = profile.vacancies.status === 'ok' ? 'There is no figure.' : profile.vacancies.detail;
    return missingSection('vacancies', title, call, detail);
  }
  const monthly = found.frequency === 'month';
  const rows = found.observations.map(({ period, adverts }, at) => ({
    label: monthly ? monthName(period) : period,
    cell: adverts,
    at,
    period,
  }));
  const last = rows.findLast(({ cell }) => cell.value !== null);
  const place = last?.cell.answered ? setting.areaName(last.cell.answered.area) : undefined;
  return section(
    setting,
    call,
    rows.map(({ cell }) => cell),
    {
      id: 'vacancies',
      title,
      lead: last
        ? [
            `About ${cellText(last.cell)} new adverts a ${monthly ? 'month' : found.frequency} named this occupation${place ? ` (${place})` : ''}, as of ${last.label}. Not every vacancy is advertised online, and one advert may stand for several jobs.`,
          ]
        : [],
      chart: lineChart({
        title: chartSummary(
          'New online adverts over time',
          [rows[0], last].filter((row) => row !== undefined),
        ),
        observed: rows.map(({ at, cell }) => ({ x: at, y: cell.value })),
        ticks: rows
          .filter(({ period }) => !monthly || period.endsWith('-01'))
          .map(({ at, period }) => ({ x: at, label: period.slice(0, 4) })),
        format: (value) => figure(value, 'adverts', true),
      }),
      columns: ['Period', 'New adverts'],
      rows: rowsOf(rows),
      open: false,
    },
  );
}

export function coursesSection(profile: Profile, setting: Setting): Section {
  const title = 'What graduates in this work studied';
  const call = callTo('/api/v2/courses/destinations', { occupation: setting.code });
  const { courses } = profile;
  if (courses.status !== 'ok') return missingSection('courses', title, call, courses.detail);
  const rows = courses.subjects.map(({ subject, share }) => ({ label: subject.name, cell: share }));
  if (rows.length === 0)
    return missingSection(
      'courses',
      title,
      call,
      'No graduates of the surveyed courses went into this work, or too few to tell.',
    );
  return section(
    setting,
    call,
    rows.map(({ cell }) => cell),
    {
      id: 'courses',
      title,
      lead: [
        `Shares among ${figure(courses.people, 'people')} graduates in the occupation group who answered fifteen months after their course.`,
      ],
      columns: ['Subject', 'Share of graduates'],
      rows: rowsOf(rows, bars(rows.map(({ cell }) => cell.value))),
      open: true,
    },
  );
}

export function missingSection(id: string, title: string, call: string, missing: string): Section {
  return {
    id,
    title,
    lead: [],
    columns: ['', ''],
    rows: [],
    open: false,
    marks: [],
    sources: [],
    call,
    csv: csvOf(call),
    missing,
  };
}
