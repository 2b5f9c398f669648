/** What a page may say to the widgets. The element's own list is compared with this one in a test. */

export interface WidgetAttribute {
  readonly name: string;
  readonly description: string;
  /** What is used without it. */
  readonly without: string;
  readonly example: string;
  /** All values it can have, where they can be listed. */
  readonly values?: readonly string[];
}

export interface WidgetEvent {
  readonly name: string;
  readonly description: string;
  /** Fields of `event.detail`. */
  readonly detail: string;
}

export interface WidgetProperty {
  /** CSS custom property, set on the element or anything around it. */
  readonly name: string;
  readonly description: string;
  readonly light: string;
  readonly dark: string;
}

export interface WidgetDescription {
  /** Name of the element. */
  readonly tag: 'lmi-careerometer' | 'lmi-skillsometer';
  readonly title: string;
  readonly description: string;
  readonly attributes: readonly WidgetAttribute[];
  readonly events: readonly WidgetEvent[];
  /** CSS parts, for `::part()`. */
  readonly parts: readonly string[];
  readonly properties: readonly WidgetProperty[];
  /** Address on the service that shows what it leads to where scripts are blocked. */
  readonly fallbackPath: string;
  readonly fallbackText: string;
  readonly fallbackTextWelsh: string;
}

const shared: readonly WidgetAttribute[] = [
  {
    name: 'lang',
    description: 'Language of the words; titles and descriptions of jobs stay English.',
    without: 'the language of the page, or English',
    example: 'cy',
    values: ['en', 'cy'],
  },
  {
    name: 'theme',
    description: 'Colours for a light or a dark page; auto follows the reader’s device.',
    without: 'light',
    example: 'dark',
    values: ['light', 'dark', 'auto'],
  },
  {
    name: 'accent',
    description:
      'Colour of the top line and the bars, as CSS writes colours. Words keep theirs, which can be read.',
    without: '#1a65a6',
    example: '#7a2e8d',
  },
  {
    name: 'api',
    description: 'Root of another service of this kind to ask.',
    without: 'the service that the script came from',
    example: 'https://api.example.org',
  },
];

const properties: readonly WidgetProperty[] = [
  { name: '--lmi-accent', description: 'Top line and bars', light: '#1a65a6', dark: '#6fb2ef' },
  { name: '--lmi-text', description: 'Words', light: '#0b0c0c', dark: '#f3f4f5' },
  { name: '--lmi-quiet', description: 'Words of less weight', light: '#484949', dark: '#c4c8cc' },
  { name: '--lmi-link', description: 'Links', light: '#1a65a6', dark: '#8fc4f5' },
  { name: '--lmi-background', description: 'Background', light: '#ffffff', dark: '#15181b' },
  { name: '--lmi-surface', description: 'Background of titles and bars', light: '#f4f6f8', dark: '#22272c' },
  { name: '--lmi-border', description: 'Lines', light: '#b1b4b6', dark: '#5d656d' },
  { name: '--lmi-field', description: 'Border of fields', light: '#0b0c0c', dark: '#c4c8cc' },
  {
    name: '--lmi-focus',
    description: 'Ring around what has the keyboard',
    light: '#ffdd00',
    dark: '#ffdd00',
  },
  { name: '--lmi-button', description: 'Main button', light: '#0f5e3f', dark: '#59c39b' },
  { name: '--lmi-button-text', description: 'Words on it', light: '#ffffff', dark: '#0b0c0c' },
  { name: '--lmi-average', description: 'Line of the UK average', light: '#0b0c0c', dark: '#f3f4f5' },
  { name: '--lmi-font', description: 'Typeface', light: 'system-ui', dark: 'system-ui' },
];

export const widgets: readonly WidgetDescription[] = [
  {
    tag: 'lmi-careerometer',
    title: 'Careerometer',
    description: 'Pay, hours and future of up to three jobs side by side, beside the UK average.',
    attributes: [
      {
        name: 'occupations',
        description:
          'Jobs to begin with: up to three SOC 2020 codes, as a comma list. It follows what the reader chooses.',
        without: 'none',
        example: '2237,5241,3312',
      },
      {
        name: 'area',
        description: 'Code of the area that the figures are for, as /api/v2/areas lists them.',
        without: 'K02000001, the United Kingdom',
        example: 'W92000004',
      },
      ...shared,
    ],
    events: [
      {
        name: 'lmi-occupations',
        description: 'The reader chose or removed a job.',
        detail: 'codes: list of SOC 2020 codes',
      },
      {
        name: 'lmi-figures',
        description: 'The figures of a job are shown.',
        detail: 'code, title, area',
      },
      { name: 'lmi-error', description: 'The figures of a job could not be had.', detail: 'code, detail' },
    ],
    parts: [
      'frame',
      'header',
      'card',
      'search',
      'section',
      'figure',
      'average',
      'bar',
      'notes',
      'button',
      'footer',
    ],
    properties,
    fallbackPath: '/occupations',
    fallbackText: 'Compare jobs on LMI for All',
    fallbackTextWelsh: 'Cymharu swyddi ar LMI for All',
  },
  {
    tag: 'lmi-skillsometer',
    title: 'Skillsometer',
    description: 'Jobs that fit what somebody likes and is good at, with reasons.',
    attributes: [
      {
        name: 'limit',
        description: 'How many jobs are shown.',
        without: '10',
        example: '5',
      },
      ...shared,
    ],
    events: [
      {
        name: 'lmi-matches',
        description: 'Jobs that fit are shown.',
        detail: 'codes: list of SOC 2020 codes',
      },
      { name: 'lmi-error', description: 'The service did not answer.', detail: 'detail' },
    ],
    parts: ['frame', 'header', 'question', 'job', 'bar', 'notes', 'button', 'footer'],
    properties,
    fallbackPath: '/occupations',
    fallbackText: 'Search jobs on LMI for All',
    fallbackTextWelsh: 'Chwilio am swyddi ar LMI for All',
  },
];
