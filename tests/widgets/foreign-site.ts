import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A school's site on a port of its own: another origin than the service. */
export interface ForeignSite {
  readonly address: string;
  /** Puts a page there and gives its address. */
  put(path: string, body: string, options?: PageOptions): string;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly head?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startForeignSite(): Promise<ForeignSite> {
  const pages = new Map<string, { html: string; headers: Readonly<Record<string, string>> }>();
  const server: Server = createServer((request, response) => {
    const page = pages.get(request.url ?? '');
    response.writeHead(page ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', ...page?.headers });
    response.end(page?.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    put(path, body, { head = '', headers = {} } = {}) {
      const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Careers at our school</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}</head>
<body><main><h1>Careers at our school</h1>${body}</main></body></html>`;
      pages.set(path, { html, headers });
      return `${address}${path}`;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
