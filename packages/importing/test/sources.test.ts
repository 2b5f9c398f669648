import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOf, findSources } from '../src';
import { sourceFile, zipOf } from '../testing';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmi-sources-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const members = [
  sourceFile('Table 14/a.csv', 'x,y\n1,2\n'),
  sourceFile('Table 14/b.csv', 'p\n'.repeat(5000)),
];

async function archive(): Promise<Buffer> {
  return (await zipOf('tables.zip', members)).read();
}

describe('findSources', () => {
  it('lists one file, a folder with its subfolders, and the entries of archives in it', async () => {
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'deep', 'one.csv'), 'a\n');
    await writeFile(join(folder, 'tables.zip'), await archive());
    await writeFile(join(folder, '.hidden'), 'x');
    const files = await findSources(folder);
    expect(files.map(({ name, path }) => [name, path])).toEqual([
      ['one.csv', 'deep/one.csv'],
      ['a.csv', 'tables.zip/Table 14/a.csv'],
      ['b.csv', 'tables.zip/Table 14/b.csv'],
    ]);
    expect((await files[1]!.read()).toString()).toBe('x,y\n1,2\n');
    expect(await findSources(join(folder, 'deep/one.csv'))).toHaveLength(1);
  });

  it('gives name, SHA-256 and size', async () => {
    expect(await checksumOf(sourceFile('abc.txt', 'abc'))).toEqual({
      name: 'abc.txt',
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      bytes: 3,
    });
  });

  it('names a missing path', async () => {
    await expect(findSources(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: `no file or folder at ${join(folder, 'nowhere')}`,
    });
  });

  it('names a truncated archive', async () => {
    const whole = await archive();
    await writeFile(join(folder, 'tables.zip'), whole.subarray(0, whole.length - 40));
    await expect(findSources(folder)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('tables.zip is damaged or cut short'),
    });
  });

  it('names an archive whose entry does not match its checksum', async () => {
    const { zipSync } = await import('fflate');
    const stored = Buffer.from(zipSync({ 'a.csv': [Buffer.from('median,614\n'), { level: 0 }] }));
    stored.write('914', stored.indexOf('614'));
    await writeFile(join(folder, 'tables.zip'), stored);
    const [file] = await findSources(folder);
    await expect(file!.read()).rejects.toMatchObject({
      message: 'tables.zip is damaged or cut short: entry a.csv does not match its checksum',
    });
  });

  it('refuses a file beyond the size limit', async () => {
    await writeFile(join(folder, 'big.csv'), 'x'.repeat(2000));
    const [file] = await findSources(folder, { maxBytes: 1000 });
    await expect(file!.read()).rejects.toMatchObject({
      message: expect.stringContaining('big.csv is larger'),
    });
  });
});

describe('findSources over http', () => {
  let server: Server;
  let base: string;

  async function serve(answer: RequestListener): Promise<void> {
    server = createServer(answer);
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(
    () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  );

  it('follows redirects and takes the name from the address as ONS writes it', async () => {
    await serve((request, response) => {
      if (request.url === '/old')
        response.writeHead(302, { location: '/file?uri=/soc/index03122025.csv' }).end();
      else response.end('a,b\n');
    });
    const [file] = await findSources(`${base}/old`);
    expect(file!.name).toBe('index03122025.csv');
    expect((await file!.read()).toString()).toBe('a,b\n');
  });

  it('opens a downloaded archive', async () => {
    const whole = await archive();
    await serve((_, response) => response.end(whole));
    expect((await findSources(`${base}/tables.zip`)).map(({ name }) => name)).toEqual(['a.csv', 'b.csv']);
  });

  it.each([
    ['an error status', '/gone', 'the server answered 404'],
    ['endless redirects', '/loop', 'more than 3 redirects'],
    ['a redirect away from http', '/file', 'only http and https addresses are read'],
    ['a body beyond the limit', '/big', 'is larger than'],
    ['a server that does not answer', '/silent', 'no answer within 300 ms'],
    ['a body cut short', '/cut', 'cannot fetch'],
  ])('explains %s', async (_, path, message) => {
    await serve((request, response) => {
      if (request.url === '/gone') response.writeHead(404).end();
      if (request.url === '/loop') response.writeHead(301, { location: '/loop' }).end();
      if (request.url === '/file') response.writeHead(301, { location: 'file:///etc/hostname' }).end();
      if (request.url === '/big') response.end('x'.repeat(5000));
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': '900' }).write('x');
        setTimeout(() => response.destroy(), 50);
      }
    });
    const limits = { timeoutMs: 300, maxBytes: 1000, maxRedirects: 3 };
    await expect(findSources(base + path, limits)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(message),
    });
  });

  it('refuses other schemes', async () => {
    await serve((_, response) => response.end());
    await expect(findSources('ftp://127.0.0.1/x')).rejects.toMatchObject({
      message: expect.stringContaining('only http and https'),
    });
  });
});
