import type { OperationsRecord, Sight } from '@lmi/operations';
import { joined } from '../src/http/answer';
import { routeOf } from '../src/route-names';
import { operationsAnswer, operationsPaths, type OperationsSource } from '../src/site/operations';

const sight: Sight = {
  at: '2026-11-30T10:00:00.000Z',
  processes: [
    {
      ...{
        target: 'pay',
        address: '10.0.0.1:9090',
        state: 'up',
        version: '1',
        started: '2026-11-30T09:00:00.000Z',
      },
      ...{ memoryMb: 150, load: 0.25, requestsPerSecond: 12.5, meanMs: 3.4 },
    },
    {
      ...{ target: 'pay', address: '10.0.0.2:9090', state: 'down', version: '', started: '' },
      ...{ memoryMb: 0, load: null, requestsPerSecond: null, meanMs: null },
    },
  ],
  passed: { requests: 0, failed: 0, slow: 0 },
};
const incident = {
  ...{ id: '2026-11-29T10:00:00.000Z target-gone pay', rule: 'target-gone', about: 'pay' },
  ...{ text: 'No process of <pay> answers.', openedAt: '2026-11-29T10:00:00.000Z', closedAt: null },
};
const records: OperationsRecord[] = [
  {
    kind: 'status-day',
    name: '2026-11-29',
    body: JSON.stringify({ requests: 10, failed: 1, slow: 0, targets: { pay: { looks: 100, up: 99 } } }),
  },
  { kind: 'incident', name: incident.id, body: JSON.stringify(incident) },
];
const source = (fresh: boolean, kept = records): OperationsSource => ({
  sight: async () => sight,
  history: async () => ({ records: kept, at: fresh ? sight.at : '2026-11-30T08:00:00.000Z', fresh }),
  usage: async () => ({ records: [], at: sight.at, fresh }),
});
const text = async (url: string, from = source(true)) => {
  const answer = await operationsAnswer(url, from, 'https://lmi.example');
  return { ...answer, text: Buffer.from(joined(answer.body), 'latin1').toString() };
};

describe('the status page', () => {
  it('says who is there and who is not, how it was, and what happened', async () => {
    const page = await text('/status');
    expect(page.status).toBe(200);
    for (const shown of [
      '1 of 2 processes of pay',
      '12.5',
      '3.4',
      'There at 99.00 %',
      'No process of &lt;pay&gt; answers.',
    ])
      expect(page.text).toContain(shown);
    expect(page.text).not.toMatch(/style="/);
    expect(JSON.parse((await text('/status.json')).text)).toMatchObject({
      well: false,
      historyFresh: true,
      processes: [{ state: 'up' }, { state: 'down' }],
      incidents: [{ rule: 'target-gone', closedAt: null }],
    });
  });

  it('may be shown old while no gateway answers, and says when its history is of before', async () => {
    const page = await text('/status', source(false));
    expect(page.headers.join('\n')).toContain('stale-if-error=86400');
    expect(page.text).toContain('it is as of 2026-11-30T08:00:00.000Z');
    expect((await text('/status', source(false, []))).text).toContain('None in the last 90 days.');
  });

  it('has a feed that is well-formed whatever the text', async () => {
    const feed = await text('/status.atom');
    expect(feed.text).toContain('<title>No process of &lt;pay&gt; answers.</title>');
    expect(feed.text).toContain('https://lmi.example/status.atom');
  });
});

describe('the usage report', () => {
  it.each([
    ['/reports/usage?months=0', 'months'],
    ['/reports/usage.json?months=99', 'months'],
    ['/reports/usage.csv?month=2026-13', 'month'],
  ])('refuses %s naming the parameter', async (url, field) => {
    const { status, text: body } = await text(url);
    expect(status).toBe(400);
    expect(body).toContain(`"field":"${field}"`);
  });

  it('covers whole months, empty ones too', async () => {
    const report = JSON.parse((await text('/reports/usage.json?month=2024-02')).text) as object;
    expect(report).toMatchObject({ from: '2024-02-01', to: '2024-02-29', queries: 0, mostSystems: 0 });
    expect((await text('/reports/usage.csv?month=2024-02')).text.split('\n')[0]).toBe('by,name,count');
  });
});

it('names routes by their templates', () => {
  expect(routeOf('/api/v1/ashe/estimatePay')).toBe('/api/v1/ashe/estimatePay');
  expect(routeOf('/api//v2/occupations/2134/profile')).toBe('/api/v2/occupations/{code}/profile');
  expect(routeOf('/datasets/ashe')).toBe('pages');
  expect(routeOf('/wp-login.php')).toBe('other');
  for (const path of operationsPaths) expect(routeOf(path)).toBe(path);
});
