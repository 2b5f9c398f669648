// A cluster to measure, and what stands beside it: an nginx without its cache, and one that serves plain files.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeArguments } from '../../../scripts/prepare.mjs';
import { root } from '../measure.mjs';

const program = path.join(root, 'services/lmi/dist/main.js');
const servers = ['primary', 'replica', 'cache', 'queue', 'nginx'];
const TICK_US = 10_000;

/** Servers beside the cluster that this process has started. */
const children = new Set();

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @returns handles on a running cluster with data (unless `load` is false); `stop` clears its folder. */
export async function startCluster({ home, node, replicas = 2, load = true, env = {} }) {
  const run = async (args, more = {}, accept = 0) => {
    const { code, stdout, stderr } = await new Promise((resolve) => {
      execFile(
        node,
        [...nodeArguments, program, 'cluster', ...args, '--home', home],
        {
          cwd: root,
          env: { ...process.env, LMI_LOG: 'error', LMI_SOURCES: '', ...env, ...more },
          maxBuffer: 1 << 24,
        },
        (error, out, err) => resolve({ code: error ? (error.code ?? -1) : 0, stdout: out, stderr: err }),
      );
    });
    if (code !== 0 && code !== accept)
      throw new Error(`cluster ${args.join(' ')} ended with ${code}:\n${stderr}`);
    return stdout;
  };
  const began = Date.now();
  const started = await run([
    'up',
    '--replicas',
    String(replicas),
    '--port',
    '0',
    // Requests are counted, and never refused.
    '--limit',
    '10000000',
    ...(load ? [] : ['--no-load']),
  ]);
  // A process that a load keeps from answering its probe in time makes the command end with 1.
  const status = () =>
    run(['status', '--json'], {}, 1).then((text) => JSON.parse(text.slice(text.indexOf('{'))));
  const { address, processes } = await status();
  const targets = [...new Set(processes.map(({ target }) => target))].filter(
    (target) => !servers.includes(target),
  );
  const onSocket = (role, sql) =>
    execFileSync(
      'mariadb',
      ['--no-defaults', `--socket=${home}/${role}.sock`, '--batch', '--skip-column-names', '-e', sql],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      },
    )
      .split('\n')
      .filter((line) => line !== '');
  const startNginx = async (name, port) => {
    const folder = path.join(home, name);
    const child = spawn(
      'nginx',
      ['-p', folder, '-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`, '-g', 'daemon off;'],
      {
        stdio: 'ignore',
      },
    );
    children.add(child);
    for (let tries = 0; ; tries++) {
      if (
        await fetch(`http://127.0.0.1:${port}/livez`).then(
          (r) => r.ok,
          () => false,
        )
      )
        break;
      if (child.exitCode !== null || tries > 100) throw new Error(`nginx did not start in ${folder}`);
      await sleep(50);
    }
    return { address: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => endChild(child) };
  };

  return {
    home,
    address,
    targets,
    started,
    upSeconds: (Date.now() - began) / 1000,
    run,
    status,
    onSocket,
    /** Starts the targets' processes anew with other settings. */
    async restart(settings, some = targets.filter((target) => target !== 'worker')) {
      for (const target of some) await run(['restart', target], settings);
    },
    keys() {
      const units = (classification) =>
        onSocket(
          'primary',
          `SELECT DISTINCT code FROM lmi.soc_group WHERE level = 'unit' AND classification = '${classification}' ORDER BY code`,
        );
      return {
        soc2010: units('soc2010'),
        soc2020: units('soc2020'),
        titles: onSocket(
          'primary',
          'SELECT DISTINCT natural_title FROM lmi.soc_index_entry ORDER BY natural_title',
        ),
      };
    },
    /** The entrance as it is, on another port and without its cache; for the gateways of now. */
    async startUncached() {
      const folder = path.join(home, 'uncached');
      mkdirSync(folder, { recursive: true });
      for (const file of ['main.conf', 'http.conf'])
        copyFileSync(path.join(home, 'nginx', file), path.join(folder, file));
      const port = await freePort();
      writeFileSync(path.join(folder, 'server.conf'), `listen 127.0.0.1:${port};\n`);
      const text = readFileSync(path.join(home, 'nginx/nginx.conf'), 'utf8');
      const without = text.replace('proxy_cache answers;', 'proxy_cache off;');
      if (without === text) throw new Error('nginx.conf does not name its cache as expected');
      writeFileSync(path.join(folder, 'nginx.conf'), without);
      return startNginx('uncached', port);
    },
    /** Plain files by an nginx that does nothing else, with what makes files fast. */
    async startFiles(bodies) {
      const folder = path.join(home, 'files');
      mkdirSync(path.join(folder, 'www'), { recursive: true });
      bodies.forEach((body, i) => writeFileSync(path.join(folder, 'www', `${i}.json`), body));
      writeFileSync(path.join(folder, 'www/livez'), 'alive');
      const port = await freePort();
      const user = process.getuid?.() === 0 ? 'user root;' : '';
      writeFileSync(
        path.join(folder, 'nginx.conf'),
        `${user}\nworker_processes auto;\npid nginx.pid;\nevents { worker_connections 3000; }\nhttp {\n` +
          'default_type application/json;\nsendfile on;\ntcp_nopush on;\nopen_file_cache max=4000 inactive=20s;\n' +
          'access_log access.log combined buffer=32k flush=1s;\nkeepalive_requests 100000;\n' +
          ['client-body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
            .map((kind) => `${kind === 'client-body' ? 'client_body' : kind}_temp_path temp-${kind};\n`)
            .join('') +
          `server { listen 127.0.0.1:${port}; root www; }\n}\n`,
      );
      return startNginx('files', port);
    },
    /** Processor time so far in µs: of a group of processes, by target. */
    cpu(more = []) {
      const state = JSON.parse(readFileSync(path.join(home, 'state.json'), 'utf8'));
      const groups = [...state.processes, ...more.map((pid) => ({ target: 'nginx', pid }))];
      const times = new Map(
        readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .flatMap((name) => {
            try {
              const text = readFileSync(`/proc/${name}/stat`, 'utf8');
              const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
              return [
                [Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }],
              ];
            } catch {
              return [];
            }
          }),
      );
      const used = {};
      for (const { target, pid } of groups) {
        for (const [id, { parent, ticks }] of times)
          if (id === pid || parent === pid) used[target] = (used[target] ?? 0) + ticks * TICK_US;
      }
      return used;
    },
    stop: () => stopCluster({ home, node }),
  };
}

/** Ends everything of the cluster in the folder, and the servers beside it. */
export async function stopCluster({ home, node }) {
  await Promise.all([...children].map(endChild));
  execFileSync(node, [program, 'cluster', 'down', '--purge', '--home', home], { cwd: root, stdio: 'ignore' });
}

async function endChild(child) {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
}
