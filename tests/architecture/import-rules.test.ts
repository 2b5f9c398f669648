import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

function violationsBelow(cwd: string, folders: readonly string[]): Violation[] {
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  let output: string;
  try {
    output = execFileSync(
      process.execPath,
      [
        cruiser,
        ...folders,
        '--config',
        path.join(root, 'tests/architecture/rules.cjs'),
        '--output-type',
        'json',
      ],
      { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    );
  } catch (error) {
    // The exit code is the number of errors; the report is on standard output all the same.
    output = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}

describe('import rules', () => {
  it('hold in packages and services', () => {
    const violations = violationsBelow(root, ['packages', 'services']).map(
      (v) => `${v.rule.name}: ${v.from} -> ${v.to}`,
    );
    expect(violations).toEqual([]);
  });

  it('are broken by the fixture, every one of them', () => {
    const violations = violationsBelow(path.join(root, 'tests/architecture/fixtures'), [
      'packages',
      'services',
    ]);
    const rules = new Set(violations.map((violation) => violation.rule.name));
    expect([...rules].sort()).toEqual([
      'cache-imports-only-kit',
      'databases-in-data',
      'express-in-gateway-and-kit',
      'grpc-in-kit',
      'no-fakes-in-sources',
      'only-the-program-imports-services (employment)',
    ]);
    const toEmployment = violations.filter(
      (v) => v.rule.name === 'only-the-program-imports-services (employment)',
    );
    expect(toEmployment.map((v) => v.to).sort()).toEqual([
      '@lmi/employment',
      'services/employment/src/handlers.ts',
    ]);
  });
});
