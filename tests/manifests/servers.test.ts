import { createSocket, type Socket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, freePorts, Running, run, Volumes } from './running';

const volumes = new Volumes();
afterAll(() => rmSync(volumes.folder, { recursive: true, force: true }));

describe('nginx as its pod starts it', () => {
  let dns: Socket;
  let gateway: Server;
  let nginx: Running;
  let address: string;
  const asked: string[] = [];

  beforeAll(async () => {
    const [port, gatewayPort, dnsPort] = (await freePorts(3)) as [number, number, number];
    address = `http://127.0.0.1:${port}`;
    dns = createSocket('udp4', (query, { port: from }) => {
      const name = nameIn(query);
      asked.push(name);
      dns.send(answerTo(query, name === 'gateway-headless.lmi.svc.cluster.local'), from, '127.0.0.1');
    }).bind(dnsPort, '127.0.0.1');
    gateway = createServer((request, response) => {
      setTimeout(() => response.end('{"answer":1}'), request.url === '/slow' ? 800 : 0);
    }).listen(gatewayPort, '127.0.0.1');
    writeFileSync(
      path.join(volumes.folder, 'resolv.conf'),
      'search lmi.svc.cluster.local svc.cluster.local cluster.local\nnameserver 127.0.0.1\noptions ndots:5\n',
    );
    const files = volumes.config('nginx', (text) =>
      text
        .replace('listen 8080;', `listen 127.0.0.1:${port};`)
        .replace('NAMESPACE-DOMAIN:8080', `NAMESPACE-DOMAIN:${gatewayPort}`)
        .replace('resolver NAMESERVER', `resolver NAMESERVER:${dnsPort}`)
        // A socket, which is what a child's output is here, cannot be opened by name, as a pod's pipe can.
        .replace('/dev/stdout', path.join(volumes.empty('log'), 'out.log'))
        .replace('/var/log/lmi-nginx', volumes.empty('log')),
    );
    nginx = new Running(['sh', path.join(files, 'start.sh')], {
      LMI_NGINX_FILES: files,
      LMI_NGINX_FOLDER: volumes.empty('nginx'),
      LMI_NGINX_LOG: path.join(volumes.empty('log'), 'access.log'),
      LMI_SYSTEM_SALT: 'salt1',
      LMI_RESOLV_CONF: path.join(volumes.folder, 'resolv.conf'),
      LMI_LIMITS: 'off',
    });
    await eventually(
      'nginx listens',
      async () => ((await fetch(`${address}/livez`)).ok ? true : undefined),
      10,
    );
  });

  afterAll(async () => {
    await nginx.stop();
    dns.close();
    gateway.close();
  });

  it('finds the gateways by the name that the cluster gives them', async () => {
    const response = await fetch(`${address}/api/v2/anything`);
    expect([response.status, await response.text()]).toEqual([200, '{"answer":1}']);
    expect(asked).toContain('gateway-headless.lmi.svc.cluster.local');
  });

  it('on SIGTERM finishes what is under way, takes nothing new, and ends', async () => {
    const slow = fetch(`${address}/slow`);
    await sleep(200);
    nginx.kill('SIGTERM');
    await sleep(100);
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
    expect((await slow).status).toBe(200);
    expect(await nginx.ended).toBe(0);
  });
});

describe.each(['cache', 'queue'])('Redis as the pod of the %s starts it', (role) => {
  it('asks for its password, keeps to its policy, and ends on SIGTERM', async () => {
    const [port] = await freePorts(1);
    const files = volumes.config('redis');
    const redis = new Running(['sh', path.join(files, 'start.sh'), role], {
      LMI_REDIS_FILES: files,
      LMI_REDIS_PASSWORD: 'secret1',
      LMI_RUN_FOLDER: volumes.empty(`run-${role}`),
      LMI_DATA_FOLDER: volumes.empty(`data-${role}`),
      LMI_BIND_ADDRESS: '127.0.0.1',
      LMI_PORT: String(port),
    });
    const cli = (...words: string[]) =>
      run(['redis-cli', '-p', String(port), ...words], { REDISCLI_AUTH: 'secret1' });
    await eventually(
      'Redis answers',
      async () => ((await cli('ping')).includes('PONG') ? true : undefined),
      10,
    );
    expect(await run(['redis-cli', '-p', String(port), 'get', 'x'], {})).toContain('NOAUTH');
    const policy = role === 'cache' ? 'allkeys-lfu' : 'noeviction';
    expect(await cli('config', 'get', 'maxmemory-policy')).toContain(policy);
    expect(await redis.stop()).toBe(0);
  });
});

/** The name that a DNS query asks for. */
function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; query[at] !== 0; at += query[at]! + 1)
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
  return labels.join('.');
}

/** 127.0.0.1, or that there is no such name. */
function answerTo(query: Buffer, known: boolean): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(known ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(known ? 1 : 0, 6);
  head.writeUInt32BE(0, 8);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([head, query.subarray(12, end), ...(known ? [record] : [])]);
}
