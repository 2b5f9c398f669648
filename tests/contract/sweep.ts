import { routes } from '../../services/gateway/src/routes';
import { occupationCodes } from '../support/occupation-codes';

/** Requests under way at a time. */
const atOnce = 16;

/** The first example of a v1 route that names an occupation, cut where the code stands. */
function templates(): { path: string; before: string; after: string; accepts: (body: unknown) => boolean }[] {
  return routes
    .filter(({ family }) => family === 'v1')
    .flatMap(({ path, document }) => {
      for (const example of document.examples) {
        const [, before, after] =
          /^(.*(?:soc=|\/soc\/code\/|\/soc2onet\/|\/courses\/|\/uk\/|\/region\/[^/]+\/|\/importance\/|\/levels\/))\d{4}(.*)$/.exec(
            example,
          ) ?? [];
        if (before === undefined || after === undefined) continue;
        return [{ path, before, after, accepts: (body: unknown) => document.reply.safeParse(body).success }];
      }
      return [];
    });
}

/** Every occupation of both classifications, asked of every v1 endpoint that takes one. */
export function sweepSuite(base: () => string): void {
  describe('every occupation on every v1 endpoint that takes one', () => {
    const codes = [...new Set([...occupationCodes('soc2010'), ...occupationCodes('soc2020')])].filter(
      (code) => code.length === 4,
    );
    const endpoints = templates();

    it('knows the endpoints and the codes', () => {
      expect(codes.length).toBeGreaterThan(412);
      expect(endpoints.map(({ path }) => path).length).toBeGreaterThanOrEqual(12);
    });

    it.each(endpoints.map((endpoint) => [endpoint.path, endpoint] as const))(
      '%s answers each in the shape of the contract',
      async (_path, { before, after, accepts }) => {
        const wrong: string[] = [];
        const ask = async (code: string) => {
          const url = `${before}${code}${after}`;
          const response = await fetch(`${base()}${url}`);
          const text = await response.text();
          try {
            const body: unknown = JSON.parse(text);
            const isError = typeof (body as { error?: unknown } | null)?.error === 'string';
            if (response.status >= 500 || !(isError || accepts(body)))
              wrong.push(`${response.status} ${url}`);
          } catch {
            wrong.push(`${response.status} ${url}: not JSON`);
          }
        };
        for (let at = 0; at < codes.length; at += atOnce) {
          await Promise.all(codes.slice(at, at + atOnce).map(ask));
        }
        expect(wrong).toEqual([]);
      },
    );
  });
}
