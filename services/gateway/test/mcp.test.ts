import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const send = (body: string, headers: Record<string, string> = {}) =>
  gateway.get('/mcp', {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...headers,
    },
  });
const call = (name: string, values: object) =>
  send(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: values },
    }),
  );

test('every message stands alone: a call needs no session and no message before it', async () => {
  const answer = await call('pay', { occupation: '2134', statistics: 'median' });
  expect(answer.status).toBe(200);
  expect(answer.headers.has('mcp-session-id')).toBe(false);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-trace-id')).toMatch(/^[\da-f]{32}$/);
  const { result } = (await answer.json()) as {
    result: { structuredContent: object; content: { text: string }[] };
  };
  expect(result.structuredContent).toMatchObject({ measure: 'weekly-pay' });
  expect(JSON.parse(result.content[0]!.text)).toEqual(result.structuredContent);
});

test('a part of the service that is away is an error of the tool, with a trace id and no inner text', async () => {
  gateway.state.down.add('pay');
  const { result } = (await (await call('pay', { occupation: '5315' })).json()) as {
    result: { isError: boolean; content: { text: string }[] };
  };
  gateway.state.down.delete('pay');
  expect(result.isError).toBe(true);
  expect(result.content[0]!.text).toContain('/problems/unavailable');
  expect(result.content[0]!.text).not.toContain('pay is away');
});

test.each([
  ['GET', 405],
  ['DELETE', 405],
  ['OPTIONS', 204],
])('%s is status %d, readable from any origin', async (method, status) => {
  const answer = await gateway.get('/mcp', { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
});

test.each([
  ['what is not JSON', '{', {}, 400],
  ['what is no message', '{"a":1}', {}, 400],
  ['a body that is too long', JSON.stringify({ text: 'x'.repeat(70_000) }), {}, 413],
  ['a body that is not called JSON', 'a=1', { 'Content-Type': 'text/plain' }, 415],
  [
    'a client that does not take JSON',
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    { Accept: 'text/html' },
    406,
  ],
])('refuses %s', async (_, body, headers, status) => {
  const answer = await send(body, headers);
  expect(answer.status).toBe(status);
  expect(await answer.text()).not.toMatch(/\bat .*\.js/);
});
