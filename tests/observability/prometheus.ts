import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../support/program';

const folder = path.join(root, 'infra/observability');
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Rates need two scrapes. */
const SHORTEST_SECONDS = 4;

/** The rules with every duration divided: what takes minutes in production takes seconds here. */
export function hurriedRules(factor: number): string {
  const shorter = (text: string, least: number) =>
    text.replace(
      /(\d+)([smhd])/g,
      (_, n: string, unit: string) => `${Math.max(least, Math.round((Number(n) * UNITS[unit]!) / factor))}s`,
    );
  return readFileSync(path.join(folder, 'rules.yml'), 'utf8')
    .replace(/\[\d+[smhd]\]/g, (range) => shorter(range, SHORTEST_SECONDS))
    .replace(/\b(for|interval): \d+[smhd]/g, (text) => shorter(text, 1));
}

export interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** Debian's Prometheus, as itself, on the project's rules and the cluster's own list of targets. */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly base: string,
  ) {}

  static async start(home: string, targetsFile: string, port: number, factor: number): Promise<Prometheus> {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'rules.yml'), hurriedRules(factor));
    const config = readFileSync(path.join(folder, 'prometheus.yml'), 'utf8')
      .replace(/(scrape_interval|evaluation_interval): 15s/g, '$1: 1s')
      .replace('files: [targets.json]', `files: [${targetsFile}]`);
    writeFileSync(path.join(home, 'prometheus.yml'), config);
    const child = spawn(
      'prometheus',
      [
        `--config.file=${path.join(home, 'prometheus.yml')}`,
        `--storage.tsdb.path=${path.join(home, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    return new Prometheus(child, `http://127.0.0.1:${port}`);
  }

  async ask<T>(address: string): Promise<T> {
    const response = await fetch(`${this.base}/api/v1/${address}`);
    return ((await response.json()) as { data: T }).data;
  }

  async firing(): Promise<Alert[]> {
    const { alerts } = await this.ask<{ alerts: Alert[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing');
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}
