import { PayServiceDefinition } from '@lmi/contracts';
import { inTime, LmiError, type CallContext, type Calls, type Handlers } from '@lmi/kit';

type PayHandlers = Handlers<typeof PayServiceDefinition>;

/** Serves the handlers and gives calls that reach them; stop ends both. */
export type OpenCalls = (handlers: PayHandlers) => Promise<{ calls: Calls; stop(): Promise<void> }>;

const context = (ms = 20_000): CallContext => ({ traceId: 'ab'.repeat(16), deadline: Date.now() + ms });

/** What every calls adapter must do. Registers its tests with jest under the given name. */
export function callsConformance(name: string, open: OpenCalls): void {
  describe(`calls conformance: ${name}`, () => {
    let stop: (() => Promise<void>) | undefined;
    const serve = async (getPay: PayHandlers['getPay']) => {
      const opened = await open({
        getPay,
        getPayParts: async () => ({ parts: [] }),
        listReleases: async () => ({ releases: [] }),
        describeTables: async () => ({ tables: [] }),
        readTable: async () => ({ data: Buffer.alloc(0), bytes: 0, rows: 0, sha256: '' }),
        compareReleases: async () => ({ changes: [], nextCursor: '' }),
      });
      stop = opened.stop;
      return opened.calls.client(PayServiceDefinition);
    };
    afterEach(async () => {
      await stop?.();
      stop = undefined;
    });

    it('fills what the caller left out with the defaults of the contract', async () => {
      const seen: unknown[] = [];
      const client = await serve(async (request) => {
        seen.push(request);
        return { observations: [], releases: [] };
      });
      await client.getPay({ occupation: '2134' }, context());
      expect(seen).toEqual([
        expect.objectContaining({
          occupation: '2134',
          measure: '',
          statistics: [],
          fallBack: false,
          minYear: undefined,
        }),
      ]);
    });

    it('keeps absent apart from zero, and text as written', async () => {
      const cell = (value: number | undefined) => ({
        value,
        unit: 'GBP/week',
        period: '2024',
        marks: ['modelled'],
        asked: { occupation: '2134', classification: 'soc2020', area: 'K02000001' },
        answered: undefined,
        release: 'ashe-2025-0a1b2c3d',
        table: '£ – ŵ 日本',
      });
      const row = {
        year: 2024,
        statistic: 'mean',
        sex: 'all',
        workingPattern: 'all',
        area: 'K02000001',
        age: 'all',
      };
      const client = await serve(async () => ({
        observations: [0, -0.1, 15.65, 0.1 + 0.2, undefined].map((value) => ({ ...row, cell: cell(value) })),
        releases: [],
      }));
      const { observations } = await client.getPay({}, context());
      expect(observations.map((o) => o.cell?.value)).toEqual([0, -0.1, 15.65, 0.1 + 0.2, undefined]);
      expect(observations[0]?.cell?.table).toBe('£ – ŵ 日本');
      expect(observations[0]?.cell?.answered).toBeUndefined();
    });

    it('carries the releases that the caller pinned, and none where there are none', async () => {
      const seen: unknown[] = [];
      const client = await serve(async (_request, { pins }) => {
        seen.push(pins ?? []);
        return { observations: [], releases: [] };
      });
      const pins = ['ashe-2024-0a1b2c3d', 'soc-2020+ŵ-00000000'];
      for (const asked of [{ pins }, { pins: [] }, {}]) await client.getPay({}, { ...context(), ...asked });
      expect(seen).toEqual([pins, [], []]);
    });

    it('carries code, message, field and valid values of an error', async () => {
      const client = await serve(async () => {
        throw new LmiError('invalid-argument', 'measure “x” – unknown', {
          field: 'measure',
          validValues: ['a', 'b'],
        });
      });
      await expect(client.getPay({}, context())).rejects.toMatchObject({
        code: 'invalid-argument',
        message: 'measure “x” – unknown',
        field: 'measure',
        validValues: ['a', 'b'],
      });
    });

    it('gives the handler the trace id and a deadline no later than the caller waits', async () => {
      const seen: CallContext[] = [];
      const client = await serve(async (_request, inner) => {
        seen.push(inner);
        return { observations: [], releases: [] };
      });
      const outer = context(1_500);
      await client.getPay({}, outer);
      expect(seen[0]?.traceId).toBe(outer.traceId);
      expect(seen[0]?.deadline).toBeLessThanOrEqual(outer.deadline + 5);
    });

    it('ends a call at its deadline', async () => {
      const client = await serve(
        () => new Promise((resolve) => setTimeout(() => resolve({ observations: [], releases: [] }), 1_000)),
      );
      const call = inTime(900, client.getPay({}, context(150)));
      await expect(call).rejects.toMatchObject({ code: 'deadline-exceeded' });
    });

    it('refuses a call whose deadline has passed', async () => {
      let called = false;
      const client = await serve(async () => {
        called = true;
        return { observations: [], releases: [] };
      });
      await expect(client.getPay({}, context(-10))).rejects.toMatchObject({ code: 'deadline-exceeded' });
      expect(called).toBe(false);
    });

    it('carries a reply of a megabyte', async () => {
      const row = {
        year: 2024,
        statistic: 'x'.repeat(1000),
        sex: '',
        workingPattern: '',
        area: '',
        age: '',
        cell: undefined,
      };
      const client = await serve(async () => ({
        observations: Array.from({ length: 1000 }, () => row),
        releases: [],
      }));
      expect((await client.getPay({}, context())).observations).toHaveLength(1000);
    });
  });
}
