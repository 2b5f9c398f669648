import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What somebody asks an assistant, the tool call that answers it, and how many figures the answer has at least. */
const questions: readonly (readonly [string, string, Record<string, unknown>, number])[] = [
  ['Which occupation is a plumber?', 'search_occupations', { q: 'plumber' }, 0],
  [
    'And a "staff nurse" in the older classification?',
    'search_occupations',
    { q: 'staff nurse', classification: 'soc2010' },
    0,
  ],
  [
    'What code has "Senior Java Developer – London – £60k"?',
    'code_title',
    { title: 'Senior Java Developer – London – £60k' },
    0,
  ],
  ['Which code has "HGV driver nights, Leeds"?', 'code_title', { title: 'HGV driver nights, Leeds' }, 0],
  ['What do programmers do?', 'occupation', { code: '2134' }, 0],
  ['What is SOC 2010 code 2136?', 'occupation', { code: '2136', classification: 'soc2010' }, 0],
  ['Tell me about the work of nurses.', 'occupation_profile', { code: '2237' }, 10],
  ['And of programmers in London?', 'occupation_profile', { code: '2134', area: 'E12000007' }, 10],
  ['Plumber or electrician?', 'compare_occupations', { codes: '5315,5241' }, 4],
  [
    'How do these three compare in Wales?',
    'compare_occupations',
    { codes: '2134,5315,6135', area: 'W92000004' },
    4,
  ],
  ['What do programmers earn a week?', 'pay', { occupation: '2134' }, 2],
  [
    'And the middle half of them in a year?',
    'pay',
    { occupation: '2134', measure: 'annual-pay', statistics: 'p25,p75' },
    2,
  ],
  [
    'How does that differ between women and men?',
    'pay',
    { occupation: '2134', breakdown: 'sex', statistics: 'median', year: 2025 },
    2,
  ],
  [
    'Where is it paid best?',
    'pay',
    { occupation: '2134', breakdown: 'area', statistics: 'median', year: 2025 },
    10,
  ],
  ['What do people earn in any job?', 'pay', { occupation: 'all', statistics: 'median' }, 1],
  ['What does SOC 2010 group 2136 earn?', 'pay', { occupation: '2136', classification: 'soc2010' }, 1],
  ['How long do care workers work?', 'hours', { occupation: '6135' }, 1],
  ['Full-time and part-time?', 'hours', { occupation: '6135', breakdown: 'working-pattern' }, 2],
  ['How many programmers are there?', 'employment', { occupation: '2134', maxYear: 2024 }, 1],
  ['Will there be more in 2035?', 'employment', { occupation: '2134', year: 2035 }, 1],
  ['By industry?', 'employment', { occupation: '2134', breakdown: 'industry', year: 2024 }, 5],
  ['By region?', 'employment', { occupation: '5315', breakdown: 'area', year: 2024 }, 5],
  ['How many openings will nurses leave?', 'replacement_demand', { occupation: '2237' }, 3],
  ['And all managers?', 'replacement_demand', { occupation: '1' }, 3],
  ['How many are out of work?', 'unemployment', { occupation: '2134' }, 1],
  ['Are there more adverts for programmers?', 'vacancy_trends', { occupation: '2134' }, 5],
  ['And in the North West?', 'vacancy_trends', { occupation: '2134', area: 'E12000002' }, 1],
  ['Which skills matter to programmers?', 'skills', { code: '2134' }, 5],
  ['What interests suit a nurse?', 'skills', { code: '2237', domain: 'interests' }, 1],
  ['Which courses lead there?', 'courses', { occupation: '2134' }, 0],
  ['What is the code of London?', 'areas', { type: 'region' }, 0],
  ['Where do the figures come from?', 'datasets', {}, 0],
  ['How good are they?', 'quality', {}, 0],
];

/**
 * Numbers that are no figures: years, places in an order, how sure a code is, how one classification leads to another, and the sample that
 * the marked shares beside it are of.
 */
const notFigures =
  /\.(?:year|startYear|endYear|score|level|rank|total|limit)$|\.crosswalk\[\]\.share$|\.(?:links|occupationGroups)\[\]\.(?:weight|titlesInCommon)$|(?:\$|\.choices\[\])\.probability$|^\$\.onet\.coverage$|^\$\.courses\.people$/;
/** Tools about the data themselves, which count cells and releases. */
const aboutData = new Set(['quality', 'datasets']);

interface FigureLike {
  readonly unit?: unknown;
  readonly period?: unknown;
  readonly marks?: unknown;
  readonly source?: {
    readonly dataset?: unknown;
    readonly release?: unknown;
    readonly licence?: unknown;
    readonly table?: unknown;
  };
}

/** Walks an answer. @returns how many figures it has, and the places of numbers that are bare. */
function figuresIn(value: unknown, place = '$'): { figures: number; bare: string[] } {
  if (typeof value !== 'object' || value === null) return { figures: 0, bare: [] };
  const found = { figures: 0, bare: [] as string[] };
  const cell = value as FigureLike;
  if ('marks' in value && 'unit' in value) {
    const whole =
      typeof cell.unit === 'string' &&
      typeof cell.period === 'string' &&
      cell.period !== '' &&
      Array.isArray(cell.marks) &&
      Object.values(cell.source ?? {}).filter((text) => typeof text === 'string' && text !== '').length === 4;
    return { figures: 1, bare: whole ? [] : [place] };
  }
  for (const [key, inner] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${place}[]` : `${place}.${key}`;
    if (typeof inner === 'number' && !notFigures.test(here)) found.bare.push(here);
    const below = figuresIn(inner, here);
    found.figures += below.figures;
    found.bare.push(...below.bare);
  }
  return found;
}

/** The endpoint for assistants, asked by the protocol's own client over HTTP. */
export function mcpSuite(base: () => string): void {
  describe('an assistant', () => {
    let client: Client;
    beforeAll(async () => {
      client = new Client({ name: 'tests', version: '1' });
      const transport = new StreamableHTTPClientTransport(new URL(`${base()}/mcp`));
      await client.connect(transport as Parameters<Client['connect']>[0]);
    });
    afterAll(() => client.close());

    it('finds read-only tools with schemas of both sides, and is told how to use them', async () => {
      const { tools } = await client.listTools();
      expect(tools.length).toBeGreaterThanOrEqual(8);
      expect(client.getInstructions()).toMatch(/marks/);
      for (const tool of tools) {
        expect(tool.annotations).toEqual({
          readOnlyHint: true,
          idempotentHint: true,
          destructiveHint: false,
          openWorldHint: false,
        });
        expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
        expect(tool.outputSchema).toMatchObject({ type: 'object' });
        expect(tool.description!.length).toBeGreaterThan(60);
        expect(questions.map(([, name]) => name)).toContain(tool.name);
      }
    });

    // The client holds each answer against the tool's output schema, and throws where they differ.
    it.each(questions)('%s (%s)', async (_, name, values, least) => {
      const answer = await client.callTool({ name, arguments: values });
      expect(answer.isError ?? false).toBe(false);
      const { figures, bare } = figuresIn(answer.structuredContent);
      if (!aboutData.has(name)) expect(bare).toEqual([]);
      expect(figures).toBeGreaterThanOrEqual(least);
      const { releases } = answer.structuredContent as { releases?: { attribution: string }[] };
      for (const card of releases ?? []) expect(card.attribution).not.toBe('');
    });

    it('is told what is wrong with a call, so that it can mend it', async () => {
      const wrong = await client.callTool({ name: 'pay', arguments: { occupation: '2134', sex: 'robots' } });
      expect(wrong.isError).toBe(true);
      const [{ text }] = wrong.content as [{ text: string }];
      expect(JSON.parse(text)).toMatchObject({
        status: 400,
        field: 'sex',
        validValues: ['all', 'male', 'female'],
      });
      for (const values of [{}, { occupation: {} }, { nothing: 1 }]) {
        expect((await client.callTool({ name: 'pay', arguments: values })).isError).toBe(true);
      }
      expect(
        (await client.callTool({ name: 'occupation', arguments: { code: '../datasets' } })).isError,
      ).toBe(true);
      await expect(client.callTool({ name: 'drop_tables', arguments: {} })).rejects.toThrow(/valid are/);
    });
  });
}
