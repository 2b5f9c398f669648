import {
  answered,
  problemOf,
  type Area,
  type Occupation,
  type PayObservation,
  type Profile,
  type ReleaseCard,
  type Trend,
} from '../answers';
import { callTo, csvOf } from '../calls';
import { renderPage } from '../layout';
import {
  coursesSection,
  employmentSection,
  interestsSection,
  payBreakdown,
  paySection,
  replacementSection,
  skillsSection,
  vacanciesSection,
  type Setting,
} from '../occupations/sections';
import type { PageAnswer, PageTools, SitePage } from '../page';
import { render } from '../templates';
import { cellText } from '../text';
import { troublePage } from './problems';

const UK = 'K02000001';

interface Hit {
  readonly code: string;
  readonly title: string;
  readonly level: string;
  readonly matchedTitle: string;
}

async function occupationOf(
  { ask }: PageTools,
  code: string,
  classification = 'soc2020',
): Promise<Occupation | undefined> {
  return answered<Occupation>(
    await ask(
      callTo(`/api/v2/occupations/${code}`, {
        classification: classification === 'soc2020' ? undefined : classification,
      }),
    ),
  );
}

/** The groups right below one, found by their codes. */
async function groupsBelow(tools: PageTools, code: string): Promise<Occupation[]> {
  const found = await Promise.all(
    Array.from({ length: 10 }, (_, digit) =>
      code === '' && digit === 0 ? undefined : occupationOf(tools, `${code}${digit}`),
    ),
  );
  return found.filter((each) => each !== undefined);
}

export const occupationsPage: SitePage = {
  path: '/occupations',
  parameters: ['q'],
  async answer({ query }, tools) {
    const q = query.get('q') ?? '';
    if (/^[1-9]\d{0,3}$/.test(q) && (await occupationOf(tools, q))) return redirect(`/occupations/${q}`);
    const call = callTo('/api/v2/occupations', { q, limit: 20 });
    const reply = q ? await tools.ask(call) : undefined;
    const hits = reply && answered<{ hits: readonly Hit[] }>(reply)?.hits;
    return {
      text: renderPage({
        title: q ? `Occupations for “${q}”` : 'Occupations',
        description:
          'Look up any occupation of the United Kingdom: pay, employment, outlook, skills and courses.',
        path: '/occupations',
        unlisted: q !== '',
        scripts: ['suggest.js'],
        main: render('pages/occupations.njk', {
          q,
          hits,
          call,
          trouble: reply && !hits ? problemOf(reply).detail : undefined,
          groups: q ? [] : await groupsBelow(tools, ''),
        }),
      }),
    };
  },
};

function redirect(location: string): PageAnswer {
  return { status: 302, location, text: '' };
}

export const occupationPage: SitePage = {
  path: '/occupations/{code}',
  parameters: ['area'],
  async answer({ params, query }, tools) {
    const code = params.code!;
    const area = query.get('area') ?? UK;
    if (!/^[1-9]\d{0,3}$/.test(code)) return noOccupation(code);
    const profileCall = callTo(`/api/v2/occupations/${code}/profile`, {
      area: area === UK ? undefined : area,
    });
    const [reply, regions, nations] = await Promise.all([
      tools.ask(profileCall),
      tools.ask('/api/v2/areas?type=region'),
      tools.ask('/api/v2/areas?type=nation'),
    ]);
    const profile = answered<Profile>(reply);
    if (!profile) {
      if (reply.status === 404) return (await formerOccupation(tools, code)) ?? noOccupation(code);
      const { title, detail } = problemOf(reply);
      return troublePage({ status: reply.status, title, detail });
    }
    const areas = [regions, nations].flatMap(
      (each) => answered<{ areas: readonly Area[] }>(each)?.areas ?? [],
    );
    const names = new Map([[UK, 'United Kingdom'], ...areas.map((each) => [each.code, each.name] as const)]);
    const areaName = (asked: string) => names.get(asked) ?? asked;
    return { text: await profilePage({ profile, profileCall, code, area, areas, areaName }, tools) };
  },
};

interface Asked {
  readonly profile: Profile;
  readonly profileCall: string;
  readonly code: string;
  readonly area: string;
  readonly areas: readonly Area[];
  readonly areaName: (code: string) => string;
}

async function profilePage(
  { profile, profileCall, code, area, areas, areaName }: Asked,
  tools: PageTools,
): Promise<string> {
  const year = profile.pay.status === 'ok' ? profile.pay.observations.at(-1)?.year : undefined;
  const here = area === UK ? undefined : area;
  const pay = (parameters: Record<string, string | undefined>) =>
    callTo('/api/v2/pay', { occupation: code, area: here, year, statistics: 'median', ...parameters });
  const breakdowns = [
    {
      by: 'area',
      title: 'Weekly pay by region',
      label: (row: PayObservation) => areaName(row.area),
      call: pay({ area: undefined, breakdown: 'area' }),
    },
    {
      by: 'sex',
      title: 'Weekly pay by sex',
      label: (row: PayObservation) => (row.sex === 'male' ? 'Men' : 'Women'),
      call: pay({ breakdown: 'sex' }),
    },
    {
      by: 'age',
      title: 'Weekly pay by age',
      label: (row: PayObservation) => row.age,
      call: pay({ breakdown: 'age' }),
    },
  ] as const;
  const [allPay, trend, below, ...broken] = await Promise.all([
    tools.ask(pay({ occupation: 'all', statistics: 'median,p10,p25,p75,p90' })),
    tools.ask(callTo('/api/v2/vacancies/trends', { occupation: code, area: here })),
    code.length < 4 ? groupsBelow(tools, code) : [],
    ...breakdowns.map(({ call }) => (year === undefined ? undefined : tools.ask(call))),
  ]);
  type PayReply = {
    readonly observations: readonly PayObservation[];
    readonly releases: readonly ReleaseCard[];
  };
  const replies = [allPay, trend, ...broken].flatMap((each) =>
    each ? (answered<{ releases: readonly ReleaseCard[] }>(each) ?? []) : [],
  );
  const releases = [profile, ...replies].flatMap((each) => each.releases);
  const cards = new Map(releases.map((card) => [card.version, card]));
  const setting: Setting = { code, area, areaName, cards };
  const { section: first } = paySection(profile, answered<PayReply>(allPay)?.observations ?? [], setting);
  const latest =
    profile.pay.status === 'ok' ? profile.pay.observations.filter((row) => row.year === year) : [];
  const median = latest.find(({ statistic }) => statistic === 'median')?.cell;
  const tables =
    year === undefined
      ? []
      : breakdowns.map(({ by, title, label }, at) => {
          const observations = (broken[at] && answered<PayReply>(broken[at])?.observations) ?? [];
          return payBreakdown(observations, setting, {
            by,
            title,
            year,
            label,
            overall: median?.value ?? null,
          });
        });
  const sections = [
    first,
    ...tables,
    employmentSection(profile, setting),
    replacementSection(profile, setting),
    vacanciesSection(answered<Trend>(trend), profile, setting),
    skillsSection(profile, setting),
    interestsSection(profile, setting),
    coursesSection(profile, setting),
  ];
  const occupation = profile.occupation.status === 'ok' ? profile.occupation : undefined;
  const title = occupation?.title ?? `Occupation ${code}`;
  return renderPage({
    title: area === UK ? title : `${title} in ${areaName(area)}`,
    description: occupation?.description ?? `Pay, employment, outlook, skills and courses of ${title}.`,
    path: `/occupations/${code}`,
    breadcrumbs: [
      { text: 'Occupations', href: '/occupations' },
      ...(occupation?.parents ?? []).map((each) => ({ text: each.title, href: `/occupations/${each.code}` })),
    ],
    scripts: ['copy.js'],
    publicUrl: tools.publicUrl,
    alternates: [
      { type: 'application/json', href: profileCall, title: 'The figures as JSON' },
      { type: 'text/csv', href: csvOf(profileCall), title: 'The figures as CSV' },
    ],
    main: render('pages/occupation.njk', {
      code,
      title,
      occupation,
      area,
      areaName: areaName(area),
      areas: [{ code: UK, name: 'United Kingdom' }, ...areas],
      known: areas.some((each) => each.code === area) || area === UK,
      sections,
      below,
      facts: factsOf(profile, median && { value: cellText(median), year }),
      apprenticeships: profile.apprenticeships,
      courses: profile.courses,
      attributions: [...new Set(releases.map(({ attribution }) => attribution))],
      call: profileCall,
      csv: csvOf(profileCall),
      publicUrl: tools.publicUrl,
    }),
  });
}

interface Fact {
  readonly value: string;
  readonly label: string;
  readonly href: string;
}

/** The figures that a reader looks for first. */
function factsOf(profile: Profile, median: { value: string; year: number | undefined } | undefined): Fact[] {
  const facts: Fact[] = [];
  if (median)
    facts.push({ value: median.value, label: `median weekly pay, ${median.year ?? ''}`, href: '#pay' });
  if (profile.hours.status === 'ok') {
    const hours = profile.hours.observations.findLast(({ statistic }) => statistic === 'median');
    if (hours)
      facts.push({
        value: cellText(hours.cell),
        label: `median paid hours a week, ${hours.year}`,
        href: '#pay',
      });
  }
  if (profile.employment.status === 'ok') {
    const now = profile.employment.observations.findLast(({ cell }) => !cell.marks.includes('projected'));
    if (now)
      facts.push({ value: cellText(now.cell), label: `people in work, ${now.year}`, href: '#employment' });
  }
  if (profile.replacementDemand.status === 'ok') {
    const { netChange, endYear, startYear } = profile.replacementDemand;
    const sign = (netChange.value ?? 0) > 0 ? '+' : '';
    facts.push({
      value: `${sign}${cellText(netChange)}`,
      label: `jobs, ${startYear} to ${endYear}, projected`,
      href: '#openings',
    });
  }
  return facts;
}

/** A code of SOC 2010 that SOC 2020 does not have: leads to what became of it. */
async function formerOccupation(tools: PageTools, code: string): Promise<PageAnswer | undefined> {
  const former = await occupationOf(tools, code, 'soc2010');
  if (!former) return undefined;
  return {
    text: renderPage({
      title: `${former.title} (SOC 2010 code ${code})`,
      path: `/occupations/${code}`,
      unlisted: true,
      breadcrumbs: [{ text: 'Occupations', href: '/occupations' }],
      main: render('pages/former-occupation.njk', {
        code,
        former,
        rows: former.crosswalk.map((each) => ({
          ...each,
          percent: each.share === undefined ? '' : `${Math.round(each.share * 100)}%`,
        })),
        call: callTo(`/api/v2/occupations/${code}/profile`, { classification: 'soc2010' }),
      }),
    }),
  };
}

function noOccupation(code: string): PageAnswer {
  return troublePage({
    status: 404,
    title: 'There is no such occupation',
    detail: `“${code}” is not a code of the Standard Occupational Classification, 2020 or 2010. Codes have one to four digits.`,
  });
}
