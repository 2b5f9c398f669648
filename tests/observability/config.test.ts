import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { configSchema } from '@lmi/kit';
import { metricNames, runtimeMetrics } from '@lmi/kit/observe';
import { root } from '../support/program';
import { hurriedRules } from './prometheus';

const folder = path.join(root, 'infra/observability');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly annotations?: { readonly runbook?: string; readonly summary?: string };
}
const rules = (parse(read('rules.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboards = readdirSync(path.join(folder, 'dashboards')).filter((name) => name.endsWith('.json'));
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboards.flatMap((name) =>
    (JSON.parse(read(`dashboards/${name}`)) as { panels: { targets: { expr: string }[] }[] }).panels.flatMap(
      ({ targets }) => targets.map(({ expr }) => expr),
    ),
  ),
];

/** Names of metrics in an expression: words that are followed by no parenthesis and stand in no label list. */
function metricsIn(expression: string): string[] {
  const bare = expression
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(?:by|on|without)\s*\([^)]*\)/g, '')
    .replace(/\[[^\]]*\]/g, '');
  return [...bare.matchAll(/[a-z_][\w:]*(?!\s*\(|\w)/gi)]
    .map(([name]) => name)
    .filter((name) => !['and', 'or', 'unless'].includes(name) && !/^\d/.test(name));
}

const known = new Set<string>([
  ...Object.values(metricNames).flatMap(({ name, type }) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
  ...runtimeMetrics.flatMap((name) => [name, `${name}_sum`, `${name}_count`]),
  ...rules.flatMap(({ record }) => record ?? []),
  'up',
]);

it('finds metrics in expressions', () => {
  expect(metricsIn('sum by (a) (rate(b_total{c="d"}[5m])) or vector(0) > on (e) max(f:g)')).toEqual([
    'b_total',
    'f:g',
  ]);
});

it('uses no metric in a rule or a dashboard that nobody gives', () => {
  expect(expressions.length).toBeGreaterThan(50);
  expect(expressions.flatMap(metricsIn).filter((name) => !known.has(name))).toEqual([]);
});

it('has a runbook for every alert that names it, and no other', () => {
  const alerts = rules.filter(({ alert }) => alert);
  for (const { alert, annotations } of alerts) {
    const file = path.join(root, annotations?.runbook ?? 'none');
    expect([alert, existsSync(file)]).toEqual([alert, true]);
    expect(readFileSync(file, 'utf8')).toContain(alert!);
    expect(annotations?.summary).toBeTruthy();
  }
  const named = new Set(alerts.map(({ annotations }) => path.basename(annotations!.runbook!)));
  expect(readdirSync(path.join(root, 'docs/runbooks')).sort()).toEqual([...named].sort());
});

it('has dashboards as they are made', () => {
  const script =
    "import('./infra/observability/dashboards/make.mjs').then(async (m) => console.log(JSON.stringify(await m.renderDashboards())))";
  const made = JSON.parse(
    execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' }),
  ) as Record<string, string>;
  expect(Object.keys(made).sort()).toEqual(dashboards.sort());
  for (const [name, text] of Object.entries(made)) expect(read(`dashboards/${name}`)).toBe(text);
});

it('is what Prometheus takes, in production and hurried', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'lmi-rules-'));
  try {
    writeFileSync(path.join(home, 'rules.yml'), hurriedRules(60));
    expect(hurriedRules(60)).not.toMatch(/\[\d+[mhd]\]/);
    const check = (...args: string[]) => execFileSync('promtool', ['check', ...args], { encoding: 'utf8' });
    expect(check('rules', path.join(folder, 'rules.yml'))).toContain('SUCCESS');
    expect(check('rules', path.join(home, 'rules.yml'))).toContain('SUCCESS');
    for (const name of ['prometheus.yml', 'prometheus.compose.yml'])
      expect(check('config', '--syntax-only', path.join(folder, name))).toContain('SUCCESS');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

describe('deploy/compose.observability.yaml', () => {
  interface Compose {
    readonly services: Record<
      string,
      { environment?: Record<string, string>; configs?: { source: string }[]; image?: string }
    >;
    readonly configs: Record<string, { file: string }>;
  }
  const compose = parse(readFileSync(path.join(root, 'deploy/compose.observability.yaml'), 'utf8'), {
    merge: true,
  }) as Compose;
  const plain = parse(readFileSync(path.join(root, 'deploy/compose.yaml'), 'utf8'), {
    merge: true,
  }) as Compose;

  it('sets settings that there are, on the targets that there are, and mounts files that there are', () => {
    for (const [name, { environment, configs, image }] of Object.entries(compose.services)) {
      if (environment) expect(plain.services).toHaveProperty(name);
      else expect(image).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const setting of Object.keys(environment ?? {}))
        expect(configSchema.shape).toHaveProperty(setting);
      for (const { source } of configs ?? []) expect(compose.configs).toHaveProperty(source);
    }
    for (const { file } of Object.values(compose.configs))
      expect(existsSync(path.join(root, 'deploy', file))).toBe(true);
    const observed = Object.entries(compose.services).flatMap(([name, { environment }]) =>
      environment ? [name] : [],
    );
    const targets = Object.entries(plain.services).flatMap(([name, service]) =>
      (service as { command?: string[] }).command?.[0] === 'start' ? [name] : [],
    );
    expect(observed.sort()).toEqual(targets.sort());
  });
});
