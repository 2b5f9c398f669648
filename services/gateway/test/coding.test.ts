import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const code = '/api/v2/occupations/code';
const post = (body: unknown): Promise<Response> =>
  fetch(`${gateway.base}${code}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const known = 'programmers';

describe('coding of titles', () => {
  test('one title by GET: the code, its probability, the entry and the rule', async () => {
    const response = await gateway.get(`${code}?title=${known}`);
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { code: string; choices: { code: string }[] };
    expect(answer).toMatchObject({
      code: expect.stringMatching(/^\d{4}$/) as string,
      probability: 0.9,
      rule: 'entry',
      ambiguous: false,
    });
    expect(answer.choices[0]!.code).toBe(answer.code);
  });

  test('a refusal has a reason and no code', async () => {
    const answer = (await (await gateway.get(`${code}?title=gobbledygook`)).json()) as object;
    expect(answer).toMatchObject({ refused: 'unknown-words', choices: [] });
    expect(answer).not.toHaveProperty('code');
  });

  test('many by POST, in the order asked, with the ids of the caller', async () => {
    const response = await post({
      items: [{ id: 'b', title: 'gobbledygook' }, { title: known }],
      choices: 1,
    });
    expect(response.status).toBe(200);
    const { items } = (await response.json()) as {
      items: { id?: string; refused?: string; code?: string }[];
    };
    expect(items).toMatchObject([
      { id: 'b', refused: 'unknown-words' },
      { code: expect.any(String) as string },
    ]);
    expect(items[1]).not.toHaveProperty('id');
  });

  test.each([
    [{ items: [] }, 'items'],
    [{ items: Array.from({ length: 1_001 }, () => ({ title: 'x' })) }, 'items'],
    [{ items: [{ title: ' ' }] }, 'items[0].title'],
    [{ items: [{ title: 'x', sector: 'mafia' }] }, 'items[0].sector'],
    [{ items: [{ title: 'x' }], choices: 9 }, 'choices'],
  ])('refuses a body with %# wrong, naming the field', async (body, field) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ field });
  });

  test('suggestions are for nothing typed none, and no error', async () => {
    const none = await gateway.get('/api/v2/occupations/suggest?q=%20');
    expect(none.status).toBe(200);
    expect(await none.json()).toMatchObject({ suggestions: [] });
    const some = await gateway.get('/api/v2/occupations/suggest?q=programm');
    expect(((await some.json()) as { suggestions: unknown[] }).suggestions.length).toBeGreaterThan(0);
  });
});
