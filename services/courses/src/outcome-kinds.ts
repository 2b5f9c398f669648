/** The figures of a course that the Discover Uni dataset has, by entity, and how they are named here. */

export interface OutcomeKind {
  readonly kind: string;
  /** One letter: how a course refers to it in the database. */
  readonly letter: string;
  /** Entity of the XML and name of the CSV file. */
  readonly entity: string;
  /** Leading part of the field names that all entities have (EMPPOP, EMPAGG). */
  readonly prefix: string;
  readonly unit: 'percent' | 'GBP/year';
  /** Field of the source and name here, in the order in which figures are kept. */
  readonly items: readonly (readonly [field: string, item: string])[];
}

export const outcomeKinds: readonly OutcomeKind[] = [
  {
    kind: 'employment',
    letter: 'e',
    entity: 'EMPLOYMENT',
    prefix: 'EMP',
    unit: 'percent',
    items: [
      ['WORKSTUDY', 'work-or-study'],
      ['WORK', 'work'],
      ['STUDY', 'study'],
      ['BOTH', 'work-and-study'],
      ['UNEMP', 'unemployed'],
      ['PREVWORKSTUD', 'earlier-work-or-study'],
      ['NOAVAIL', 'not-looking'],
    ],
  },
  {
    kind: 'job-types',
    letter: 'j',
    entity: 'JOBTYPE',
    prefix: 'JOB',
    unit: 'percent',
    items: [
      ['PROFMAN', 'highly-skilled'],
      ['OTHERJOB', 'other-jobs'],
      ['UNKWN', 'unknown'],
    ],
  },
  {
    kind: 'salary-15-months',
    letter: 's',
    entity: 'GOSALARY',
    prefix: 'GOSAL',
    unit: 'GBP/year',
    items: [
      ['GOINSTLQ', 'lower-quartile'],
      ['GOINSTMED', 'median'],
      ['GOINSTUQ', 'upper-quartile'],
    ],
  },
  {
    kind: 'earnings-3-years',
    letter: 't',
    entity: 'LEO3',
    prefix: 'LEO3',
    unit: 'GBP/year',
    items: [
      ['LEO3INSTLQ', 'lower-quartile'],
      ['LEO3INSTMED', 'median'],
      ['LEO3INSTUQ', 'upper-quartile'],
    ],
  },
  {
    kind: 'earnings-5-years',
    letter: 'f',
    entity: 'LEO5',
    prefix: 'LEO5',
    unit: 'GBP/year',
    items: [
      ['LEO5INSTLQ', 'lower-quartile'],
      ['LEO5INSTMED', 'median'],
      ['LEO5INSTUQ', 'upper-quartile'],
    ],
  },
  {
    kind: 'continuation',
    letter: 'c',
    entity: 'CONTINUATION',
    prefix: 'CONT',
    unit: 'percent',
    items: [
      ['UCONT', 'continuing'],
      ['UGAINED', 'gained-the-award'],
      ['ULOWER', 'gained-a-lower-award'],
      ['UDORMANT', 'dormant'],
      ['ULEFT', 'left'],
    ],
  },
  {
    kind: 'entry',
    letter: 'q',
    entity: 'ENTRY',
    prefix: 'ENT',
    unit: 'percent',
    items: [
      ['ALEVEL', 'a-level-or-equivalent'],
      ['ACCESS', 'access-course'],
      ['BACC', 'baccalaureate'],
      ['DEGREE', 'degree'],
      ['FOUNDTN', 'foundation'],
      ['OTHERHE', 'other-higher-education'],
      ['OTHER', 'other'],
      ['NOQUALS', 'none'],
    ],
  },
];

/** Figures of national tables by subject. */
export const earningsMeasures = ['salary-15-months', 'earnings-3-years', 'earnings-5-years'] as const;

/**
 * Why a course has no figures: reason codes of the source. 0: too few students or answers; 1: the course has not run
 * long enough; 2: withheld for another reason. With figures of a wider group they tell why it was needed.
 */
export const unavailableReasons = ['0', '1', '2'] as const;

/** Levels that the source pools over when a course is too small: last digit of its aggregation code. */
export const courseLevel = '4';
