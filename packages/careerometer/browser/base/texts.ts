import type { components, Mark } from '@lmi/client';

export type FigureName = keyof components['schemas']['ComparedFigures'];

export type Language = 'en' | 'cy';

/**
 * The words of the widgets. Figures, job titles and descriptions stay as their sources have them, in English.
 * `{}` stands for what is put in.
 */
export interface Texts {
  readonly locale: string;
  readonly title: string;
  readonly intro: string;
  readonly figuresFor: string;
  readonly job: string;
  readonly searchLabel: string;
  readonly searchHint: string;
  readonly searching: string;
  readonly noResults: string;
  readonly results: string;
  readonly searchFailed: string;
  readonly loading: string;
  readonly slow: string;
  readonly failed: string;
  readonly unknown: string;
  readonly retry: string;
  readonly openSite: string;
  readonly aboutJob: string;
  readonly remove: string;
  readonly print: string;
  readonly pay: string;
  readonly payNote: string;
  readonly aWeek: string;
  readonly aYear: string;
  readonly hours: string;
  readonly hoursNote: string;
  readonly hoursAWeek: string;
  readonly workforce: string;
  readonly peopleIn: string;
  readonly projectedIn: string;
  readonly outlook: string;
  readonly changeBetween: string;
  readonly openings: string;
  readonly openingsBetween: string;
  readonly ukAverage: string;
  readonly ukAllJobs: string;
  readonly none: string;
  readonly unavailable: string;
  readonly source: string;
  readonly sources: string;
  /** Beside a number. */
  readonly inGroup: string;
  readonly inArea: string;
  readonly widerGroup: string;
  readonly widerArea: string;
  /** Short names of the figures, before what is said of one of them alone. */
  readonly names: Readonly<Record<FigureName, string>>;
  readonly marks: Readonly<Record<Mark, string>>;
  readonly skillsTitle: string;
  readonly skillsIntro: string;
  readonly like: string;
  readonly can: string;
  readonly likeScale: readonly [string, string, string, string, string];
  readonly canScale: readonly [string, string, string, string, string];
  readonly moreSkills: string;
  readonly showJobs: string;
  readonly clear: string;
  readonly rateFirst: string;
  /** Kinds of work in plain words, by the id of their element. */
  readonly interests: Readonly<Record<string, string>>;
  readonly jobsThatFit: string;
  readonly fit: string;
  readonly why: string;
  readonly against: string;
  readonly compared: string;
  readonly skillsNote: string;
}

const en: Texts = {
  locale: 'en-GB',
  title: 'Compare jobs',
  intro: 'Choose up to three jobs to see their pay, hours and future side by side.',
  figuresFor: 'Figures for: {}',
  job: 'Job {}',
  searchLabel: 'Job title',
  searchHint: 'For example, nurse or electrician',
  searching: 'Searching …',
  noResults: 'No job found. Try another word.',
  results: '{} jobs found. Use the up and down arrow keys to choose one.',
  searchFailed: 'The search did not answer.',
  loading: 'Loading the figures …',
  slow: 'This is taking longer than usual …',
  failed: 'The figures could not be loaded.',
  unknown: 'There is no job with the code {}.',
  retry: 'Try again',
  openSite: 'Open the full site',
  aboutJob: 'More about this job',
  remove: 'Remove',
  print: 'Print',
  pay: 'Pay',
  payNote: 'Half of the employees, full time and part time together, earn more than this; half earn less.',
  aWeek: '{} a week',
  aYear: '{} a year',
  hours: 'Hours',
  hoursNote: 'Average paid hours, full time and part time together.',
  hoursAWeek: '{} hours a week',
  workforce: 'People in this job',
  peopleIn: '{} in {}',
  projectedIn: '{} expected in {}',
  outlook: 'The future',
  changeBetween: '{} from {} to {}',
  openings: '{} jobs to fill',
  openingsBetween: 'New jobs and people who leave, {} to {}.',
  ukAverage: 'UK average: {}',
  ukAllJobs: 'All jobs in the UK: {}',
  none: 'Not available',
  unavailable: 'Could not be loaded just now',
  source: 'Source: {}',
  sources: 'Sources and licences',
  inGroup: '(wider group)',
  inArea: '(wider area)',
  widerGroup: 'For the wider group “{}”',
  widerArea: 'For a wider area',
  names: {
    weeklyPay: 'Pay a week',
    annualPay: 'Pay a year',
    weeklyHours: 'Hours',
    employmentNow: 'Now',
    employmentFuture: 'Expected',
    employmentChange: 'Change',
    openings: 'Jobs to fill',
  },
  marks: {
    reliable: 'Precise estimate',
    reasonable: 'Reasonably precise estimate',
    acceptable: 'Less precise: use with care',
    unreliable: 'Not precise enough to rely on',
    'small-sample': 'Based on few people',
    confidential: 'Withheld so that nobody can be identified',
    modelled: 'Worked out from published figures',
    imputed: 'A gap in the source was filled',
    projected: 'A projection, not a count',
    provisional: 'Provisional: may still change',
    revised: 'Revised since it was first published',
    break: 'Not fully comparable with earlier years',
    coarser: 'For a wider group',
    'not-available': 'No source has this figure',
    'not-applicable': 'There can be no such figure',
    'rounds-to-zero': 'None, or too few to show',
  },
  skillsTitle: 'Find jobs that fit you',
  skillsIntro: 'Rate what you like and what you are good at. Leave out what you are not sure about.',
  like: 'What do you like?',
  can: 'What are you good at?',
  likeScale: ['Not at all', 'A little', 'Somewhat', 'Quite a lot', 'Very much'],
  canScale: ['Not at all', 'A little', 'Fairly well', 'Well', 'Very well'],
  moreSkills: 'Show more skills',
  showJobs: 'Show jobs that fit',
  clear: 'Start again',
  rateFirst: 'Rate at least one thing first.',
  interests: {
    '1.B.1.a': 'Practical work with tools, machines, plants or animals',
    '1.B.1.b': 'Finding things out: science, research, hard problems',
    '1.B.1.c': 'Creative work: art, design, writing, music',
    '1.B.1.d': 'Helping, teaching or caring for people',
    '1.B.1.e': 'Leading, selling, running a business',
    '1.B.1.f': 'Orderly work with figures, records and rules',
  },
  jobsThatFit: 'Jobs that fit your answers',
  fit: 'Fit: {}',
  why: 'Speaks for it',
  against: 'Speaks against it',
  compared: '{} – you: {}; the job: {}',
  skillsNote: 'A fit compares your answers with ratings of jobs. It is no test, and no chance of success.',
};

const cy: Texts = {
  locale: 'cy',
  title: 'Cymharu swyddi',
  intro: 'Dewiswch hyd at dair swydd i weld eu cyflog, eu horiau a’u dyfodol ochr yn ochr.',
  figuresFor: 'Ffigurau ar gyfer: {}',
  job: 'Swydd {}',
  searchLabel: 'Teitl swydd',
  searchHint: 'Yn Saesneg, er enghraifft nurse neu electrician',
  searching: 'Wrthi’n chwilio …',
  noResults: 'Ni chafwyd hyd i swydd. Rhowch gynnig ar air arall.',
  results: 'Nifer y swyddi a gafwyd: {}. Defnyddiwch y saethau i fyny ac i lawr i ddewis un.',
  searchFailed: 'Nid oedd ateb i’r chwiliad.',
  loading: 'Wrthi’n llwytho’r ffigurau …',
  slow: 'Mae hyn yn cymryd mwy o amser nag arfer …',
  failed: 'Nid oedd modd llwytho’r ffigurau.',
  unknown: 'Nid oes swydd â’r cod {}.',
  retry: 'Rhowch gynnig arall arni',
  openSite: 'Agor y wefan lawn',
  aboutJob: 'Rhagor am y swydd hon',
  remove: 'Tynnu',
  print: 'Argraffu',
  pay: 'Cyflog',
  payNote:
    'Mae hanner y gweithwyr, amser llawn a rhan-amser gyda’i gilydd, yn ennill mwy na hyn; mae hanner yn ennill llai.',
  aWeek: '{} yr wythnos',
  aYear: '{} y flwyddyn',
  hours: 'Oriau',
  hoursNote: 'Oriau cyflogedig ar gyfartaledd, amser llawn a rhan-amser gyda’i gilydd.',
  hoursAWeek: '{} awr yr wythnos',
  workforce: 'Pobl yn y swydd hon',
  peopleIn: '{} yn {}',
  projectedIn: 'Disgwylir {} yn {}',
  outlook: 'Y dyfodol',
  changeBetween: '{} rhwng {} a {}',
  openings: 'Swyddi i’w llenwi: {}',
  openingsBetween: 'Swyddi newydd a phobl sy’n gadael, {} i {}.',
  ukAverage: 'Cyfartaledd y DU: {}',
  ukAllJobs: 'Pob swydd yn y DU: {}',
  none: 'Ddim ar gael',
  unavailable: 'Nid oedd modd ei lwytho ar hyn o bryd',
  source: 'Ffynhonnell: {}',
  sources: 'Ffynonellau a thrwyddedau',
  inGroup: '(grŵp ehangach)',
  inArea: '(ardal ehangach)',
  widerGroup: 'Ar gyfer y grŵp ehangach “{}”',
  widerArea: 'Ar gyfer ardal ehangach',
  names: {
    weeklyPay: 'Cyflog wythnosol',
    annualPay: 'Cyflog blynyddol',
    weeklyHours: 'Oriau',
    employmentNow: 'Nawr',
    employmentFuture: 'Disgwyliedig',
    employmentChange: 'Newid',
    openings: 'Swyddi i’w llenwi',
  },
  marks: {
    reliable: 'Amcangyfrif manwl',
    reasonable: 'Amcangyfrif gweddol fanwl',
    acceptable: 'Llai manwl: defnyddiwch gyda gofal',
    unreliable: 'Ddim yn ddigon manwl i ddibynnu arno',
    'small-sample': 'Yn seiliedig ar nifer fach o bobl',
    confidential: 'Wedi’i gadw’n ôl fel na ellir adnabod neb',
    modelled: 'Wedi’i gyfrifo o ffigurau cyhoeddedig',
    imputed: 'Llenwyd bwlch yn y ffynhonnell',
    projected: 'Rhagamcan, nid cyfrif',
    provisional: 'Dros dro: gall newid eto',
    revised: 'Wedi’i ddiwygio ers ei gyhoeddi gyntaf',
    break: 'Ni ellir ei gymharu’n llawn â blynyddoedd cynharach',
    coarser: 'Ar gyfer grŵp ehangach',
    'not-available': 'Nid yw’r ffigur hwn gan unrhyw ffynhonnell',
    'not-applicable': 'Ni all fod ffigur o’r fath',
    'rounds-to-zero': 'Dim, neu rhy ychydig i’w dangos',
  },
  skillsTitle: 'Dod o hyd i swyddi sy’n addas i chi',
  skillsIntro:
    'Rhowch sgôr i’r hyn rydych yn ei hoffi a’r hyn rydych yn dda am ei wneud. Gadewch allan yr hyn nad ydych yn siŵr amdano.',
  like: 'Beth ydych chi’n ei hoffi?',
  can: 'Beth ydych chi’n dda am ei wneud?',
  likeScale: ['Ddim o gwbl', 'Ychydig', 'I ryw raddau', 'Cryn dipyn', 'Yn fawr iawn'],
  canScale: ['Ddim o gwbl', 'Ychydig', 'Yn weddol', 'Yn dda', 'Yn dda iawn'],
  moreSkills: 'Dangos rhagor o sgiliau',
  showJobs: 'Dangos swyddi addas',
  clear: 'Dechrau eto',
  rateFirst: 'Rhowch sgôr i o leiaf un peth yn gyntaf.',
  interests: {
    '1.B.1.a': 'Gwaith ymarferol gydag offer, peiriannau, planhigion neu anifeiliaid',
    '1.B.1.b': 'Darganfod pethau: gwyddoniaeth, ymchwil, problemau anodd',
    '1.B.1.c': 'Gwaith creadigol: celf, dylunio, ysgrifennu, cerddoriaeth',
    '1.B.1.d': 'Helpu, addysgu neu ofalu am bobl',
    '1.B.1.e': 'Arwain, gwerthu, rhedeg busnes',
    '1.B.1.f': 'Gwaith trefnus gyda ffigurau, cofnodion a rheolau',
  },
  jobsThatFit: 'Swyddi sy’n cyd-fynd â’ch atebion',
  fit: 'Cyfatebiaeth: {}',
  why: 'O’i phlaid',
  against: 'Yn ei herbyn',
  compared: '{} – chi: {}; y swydd: {}',
  skillsNote:
    'Mae’r gyfatebiaeth yn cymharu eich atebion â sgoriau swyddi. Nid prawf yw hi, na siawns o lwyddo.',
};

const languages: Readonly<Record<Language, Texts>> = { en, cy };

/** Texts of a language tag such as "cy" or "cy-GB"; English for all others. */
export function textsOf(tag: string): Texts {
  return languages[tag.toLowerCase().startsWith('cy') ? 'cy' : 'en'];
}

/** Puts values in the place of each `{}`, in order. */
export function fill(text: string, ...values: readonly string[]): string {
  const rest = [...values];
  return text.replaceAll('{}', () => rest.shift() ?? '');
}
