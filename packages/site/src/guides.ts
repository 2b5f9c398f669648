/** What this project says about each dataset beyond its card: how to read a figure, how it came about, what not to do. */
export interface Guide {
  /** A figure put into words. */
  readonly reading: string;
  /** How the figures come about, in a few sentences. */
  readonly made: string;
  /** Mistakes that are easily made. */
  readonly avoid: readonly string[];
  /** Page below /methods/. */
  readonly method?: string;
  /** Calls to begin with. */
  readonly calls: readonly string[];
  readonly topic: Topic;
}

export const topics = [
  'Pay and hours',
  'Employment and outlook',
  'Vacancies and shortages',
  'Skills',
  'Courses and apprenticeships',
  'Areas',
  'Classifications and texts',
] as const;

export type Topic = (typeof topics)[number];

const ADVERT_CALLS = ['/api/v2/vacancies/trends?occupation=2134'];

export const guides: Readonly<Record<string, Guide>> = {
  ashe: {
    topic: 'Pay and hours',
    reading:
      'A median weekly pay of £800 says that half of the employees in the occupation earned less than £800 in the week of the survey, before tax, and half earned more.',
    made: 'Employers report the pay of about one employee in a hundred each April. The publisher prints means, medians and percentiles; this service stores every figure and every marker as printed.',
    avoid: [
      'Do not multiply weekly pay by 52: ask for annual pay.',
      'Do not average medians of several occupations or areas.',
      'Do not compare 2021 with later years as if nothing had changed: the classification did.',
      'Do not apply it to the self-employed; they are not in the survey.',
    ],
    method: 'pay',
    calls: [
      '/api/v2/pay?occupation=2134&measure=annual-pay&statistics=median,p25,p75&year=2025',
      '/api/v2/hours?occupation=2134',
    ],
  },
  'pay-estimates': {
    topic: 'Pay and hours',
    reading:
      'A median of £900 in London for an occupation is what its jobs would pay there if the published totals of the occupation and of London both hold.',
    made: 'The published tables give pay by region and by age for nine broad groups. Proportional fitting spreads them over the occupations so that all published means are kept.',
    avoid: [
      'Do not rank neighbouring regions by a difference of a few pounds.',
      'Do not call it a survey result; say that it is an estimate.',
      'Do not read anything into ages within one broad group: all of its occupations share one age profile.',
    ],
    method: 'pay',
    calls: [
      '/api/v2/pay?occupation=2134&breakdown=area&statistics=median&year=2025',
      '/api/v2/pay?occupation=2134&breakdown=age&statistics=median&year=2025',
    ],
  },
  employment: {
    topic: 'Employment and outlook',
    reading:
      'A figure of 552,000 for 2024 estimates how many people had this occupation in their main job during that year, self-employed people included.',
    made: 'Households are asked about their work all year round. The publisher weighs the answers up to the population and prints a table of occupations by industry.',
    avoid: [
      'Do not add up industries and call it the total: withheld cells are missing from the sum.',
      'Do not read small changes from year to year as a trend.',
    ],
    method: 'employment',
    calls: ['/api/v2/employment?occupation=2134&maxYear=2024'],
  },
  aps: {
    topic: 'Employment and outlook',
    reading:
      'A figure of 12,000 with limits 9,000 and 15,000 says that the true number lies between them in 95 of 100 such surveys.',
    made: 'The same household survey by place of residence, exported by the publisher for areas of many kinds with the width of the interval.',
    avoid: [
      'Do not add areas of different types: they overlap.',
      'Do not use a figure marked unreliable for a decision.',
    ],
    method: 'labour-market',
    calls: ['/api/v2/areas/E08000025/occupations'],
  },
  'employment-estimates': {
    topic: 'Employment and outlook',
    reading:
      'A figure for 2030 is how many people would work in the occupation if the projected growth of its wider group came true.',
    made: 'Survey totals and published projections are the margins; the cells between them are fitted by iterative proportional fitting. Small cells, and those that would give one away by subtraction, are withheld.',
    avoid: [
      'Do not quote it to the last digit: round to hundreds.',
      'Do not compare growth rates of unit groups in one sub-major group: they are equal by construction.',
      'Do not take a projection for a forecast of any single year.',
    ],
    method: 'employment',
    calls: ['/api/v2/employment?occupation=2134', '/api/v2/employment/replacement-demand?occupation=2134'],
  },
  projections: {
    topic: 'Employment and outlook',
    reading:
      'A replacement demand of 200,000 to 2035 says that so many people are expected to leave the occupation and would have to be replaced.',
    made: 'Research teams model the economy by industry, then occupation, area, sex and qualification. One baseline scenario is served; years after the last observed one are marked projected.',
    avoid: ['Do not add overlapping areas.', 'Do not treat the baseline as the only possible future.'],
    method: 'employment',
    calls: ['/api/v2/employment/replacement-demand?occupation=21&area=E92000001'],
  },
  unemployment: {
    topic: 'Employment and outlook',
    reading:
      'A rate of 3% says that three in a hundred people whose last occupation was this one were out of work and looking for it.',
    made: 'From the same household survey, by the last occupation of people who are unemployed now.',
    avoid: ['Do not read it as the risk of losing a job.', 'Do not use figures that rest on small samples.'],
    method: 'labour-market',
    calls: ['/api/v2/unemployment?occupation=2'],
  },
  'area-indicators': {
    topic: 'Areas',
    reading:
      'An employment rate of 75% says that three in four people aged 16 to 64 who live in the area have work.',
    made: 'The publisher brings indicators of many surveys together by area; limits of the 95 per cent interval are served where it gives them.',
    avoid: [
      'Do not compare two areas whose intervals overlap.',
      'Do not follow an area over a change of its boundary.',
    ],
    method: 'labour-market',
    calls: ['/api/v2/areas/E12000007/indicators'],
  },
  census: {
    topic: 'Areas',
    reading:
      'A figure of 40,000 counts the residents of the area who worked in the occupation group in the week of the census.',
    made: 'Everybody in England and Wales was asked in March 2021; the publisher changes a few counts slightly to protect people.',
    avoid: [
      'Do not forget that the census of 2021 fell into the pandemic: travel to work was unlike other years.',
    ],
    method: 'labour-market',
    calls: ['/api/v2/areas/E08000025/commuting'],
  },
  areas: {
    topic: 'Areas',
    reading: 'E12000007 is London, a region of England, which is E92000001.',
    made: 'Codes and names of the Office for National Statistics, and those of the projections’ own areas, in one list with the area above each.',
    avoid: ['Do not add areas of different types.', 'Do not match areas by name: use codes.'],
    calls: ['/api/v2/areas?type=region'],
  },
  outcodes: {
    topic: 'Areas',
    reading:
      'M1 stands for a point in the middle of Manchester; the advert search measures distances from it.',
    made: 'A community list of positions, each checked against the district that it should lie in.',
    avoid: ['Do not use it for addresses: one point stands for a whole outward postcode.'],
    calls: ['/api/v2/vacancies/adverts?keywords=nurse&location=M1&radius=10'],
  },
  'vacancy-counts': {
    topic: 'Vacancies and shortages',
    reading:
      'About 6,300 new adverts in November says how many adverts for the occupation were first seen in a typical month around then.',
    made: 'The publisher collects adverts from job sites, removes repeats, and codes each to an occupation by machine. Months are averages of three.',
    avoid: [
      'Do not call adverts jobs.',
      'Do not compare occupations by adverts alone: some trades hardly advertise online.',
    ],
    method: 'vacancies',
    calls: ADVERT_CALLS,
  },
  'labour-demand': {
    topic: 'Vacancies and shortages',
    reading: 'A count says how many online adverts named an occupation in a region in one month.',
    made: 'The publisher’s own workbook by region, occupation and month, served once it is imported.',
    avoid: ['Do not mix it with counts of another method in one series.'],
    method: 'vacancies',
    calls: ADVERT_CALLS,
  },
  'vacancy-survey': {
    topic: 'Vacancies and shortages',
    reading:
      'A figure of 800 thousand estimates how many jobs employers of the whole country were trying to fill.',
    made: 'Employers are asked each month how many vacancies they have; the survey has no occupations.',
    avoid: ['Do not compare it with counts of adverts: it counts other things.'],
    method: 'vacancies',
    calls: ['/api/v2/vacancies/survey'],
  },
  adverts: {
    topic: 'Vacancies and shortages',
    reading:
      'An advert is one notice of one employer, with the occupation that its words point to and how sure that is.',
    made: 'Adverts of connected services are brought into one form and coded to occupations when they arrive.',
    avoid: ['Do not count adverts to measure demand; use the counts by month.'],
    method: 'vacancies',
    calls: ['/api/v2/vacancies/adverts?keywords=nurse&limit=5'],
  },
  'sample-adverts': {
    topic: 'Vacancies and shortages',
    reading: 'These adverts exist so that programs can be tried. Nobody can apply for them.',
    made: 'This project wrote them, one for each occupation and more for large ones, with made-up employers.',
    avoid: ['Do not show them to job seekers, and do not count them.'],
    method: 'vacancies',
    calls: ['/api/v2/vacancies/adverts?keywords=plumber&limit=5'],
  },
  'skills-shortages': {
    topic: 'Vacancies and shortages',
    reading:
      'Hard to fill, 40%: employers had trouble filling four in ten of their vacancies in the occupation group.',
    made: 'Employers are surveyed every other year and asked about up to six occupations in which they have vacancies.',
    avoid: ['Do not take figures of 2017 for the present.', 'Do not add partnership areas: they overlap.'],
    method: 'labour-market',
    calls: ['/api/v2/skills-shortages?occupation=2'],
  },
  'skills-shortages-occupations': {
    topic: 'Vacancies and shortages',
    reading: 'The same shares for a single unit group of SOC 2010.',
    made: 'A series of the same survey by four-digit occupation, served once it is imported.',
    avoid: ['Do not use figures that rest on few employers.'],
    method: 'labour-market',
    calls: ['/api/v2/skills-shortages?occupation=2136&classification=soc2010'],
  },
  onet: {
    topic: 'Skills',
    reading:
      'An importance of 4.5 says that analysts in the United States find the skill very to extremely important for the occupation.',
    made: 'Workers and analysts rate each occupation on fixed scales. This service reads the ratings and drops those that the source itself advises against.',
    avoid: [
      'Do not compare levels of different skills: each has a scale of its own.',
      'Do not take small differences for real.',
    ],
    method: 'skills',
    calls: ['/api/v2/onet/15-1252.00'],
  },
  'onet-link': {
    topic: 'Skills',
    reading: 'A weight of 0.6 says that the link carries six tenths of the British group’s ratings.',
    made: 'Job titles that both classifications know, together with the official way through the international one, give the weights.',
    avoid: ['Do not treat a link as official: there is none.'],
    method: 'skills',
    calls: ['/api/v2/occupations/2134/skills'],
  },
  'occupation-skills': {
    topic: 'Skills',
    reading: 'Programming, 4.5: people who know the linked American occupations find it highly important.',
    made: 'The weighted mean of the linked occupations’ ratings, for each unit group of SOC 2020.',
    avoid: [
      'Do not rank occupations by differences of a tenth.',
      'Do not use it for licensing or legal requirements, which differ between countries.',
    ],
    method: 'skills',
    calls: [
      '/api/v2/occupations/2134/skills',
      '/api/v2/skills/match?like=1.B.1.c:5,2.A.1.c:4&can=2.A.1.c:5,2.A.1.e:2&limit=5',
    ],
  },
  'esco-skills': {
    topic: 'Skills',
    reading: 'A skill group names a family of skills, with its place in the European hierarchy.',
    made: 'Read from the European classification; shares by occupation need its relations, which are not bundled.',
    avoid: ['Do not read importance into it: it says which, not how much.'],
    method: 'skills',
    calls: ['/api/v2/skills'],
  },
  courses: {
    topic: 'Courses and apprenticeships',
    reading:
      'Employed or studying, 95%: of the leavers who answered, so many were in work or further study fifteen months later.',
    made: 'Universities report courses and students; leavers are surveyed; earnings come from tax records. The publisher rounds and withholds where few are behind a figure.',
    avoid: [
      'Do not rank courses by small differences.',
      'Do not read earnings as the effect of the course alone: who takes it, and where they work, matter more.',
    ],
    method: 'courses',
    calls: ['/api/v2/courses?q=nursing&limit=5', '/api/v2/courses/subjects'],
  },
  'graduate-jobs': {
    topic: 'Courses and apprenticeships',
    reading:
      'A share of 20% says that one in five of the course’s leavers in work was in that occupation group.',
    made: 'The published lists of common jobs, with labels matched to the classification by their official titles.',
    avoid: ['Do not generalise: the extract is of one university.'],
    method: 'courses',
    calls: ['/api/v2/courses/destinations?occupation=2134'],
  },
  'graduate-destinations': {
    topic: 'Courses and apprenticeships',
    reading:
      'A share of 53% says that about half of the graduates in the occupation group studied the subject.',
    made: 'The lists of jobs are pooled by subject and weighed by how many graduates each subject has.',
    avoid: ['Do not take it for a national distribution: it indicates where graduates go.'],
    method: 'courses',
    calls: ['/api/v2/courses/destinations?occupation=2134'],
  },
  subjects: {
    topic: 'Courses and apprenticeships',
    reading: 'CAH11-01-01 is computer science, within computing.',
    made: 'The published hierarchy in three levels, with the finer codes of courses below.',
    avoid: ['Do not mix levels in one table.'],
    calls: ['/api/v2/courses/subjects'],
  },
  apprenticeships: {
    topic: 'Courses and apprenticeships',
    reading: 'A weight of 1 says that the apprenticeship leads to this one occupation.',
    made: 'Where the publisher names no occupation, the title of the apprenticeship is searched for in the index of job titles.',
    avoid: [
      'Do not offer closed frameworks to learners: look at the status.',
      'Do not use it for Scotland, Wales or Northern Ireland.',
    ],
    method: 'courses',
    calls: ['/api/v2/apprenticeships?occupation=5315'],
  },
  soc: {
    topic: 'Classifications and texts',
    reading: '2134 is a unit group in minor group 213, sub-major group 21 and major group 2.',
    made: 'The official groups and index of job titles, and the shares of people coded to both classifications.',
    avoid: [
      'Do not convert codes one to one: many groups were split.',
      'Do not take the first hit of a search as certain: check the title.',
    ],
    method: 'crosswalk',
    calls: ['/api/v2/occupations/2134', '/api/v2/occupations?q=care+worker'],
  },
  'plain-english': {
    topic: 'Classifications and texts',
    reading: 'One line says what people in the occupation do.',
    made: 'This project wrote the lines; the official descriptions take their place once they are imported.',
    avoid: ['Do not quote them as official descriptions.'],
    calls: ['/api/v2/occupations/2134'],
  },
};
