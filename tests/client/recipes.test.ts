import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { outputMatching, root, startProgram, type Program } from '../support/program';

const client = path.join(root, 'packages/client');
/** Inside the package, so that its own name leads to it. */
const folder = path.join(client, 'dist/recipes');
const recipes = [
  ...readFileSync(path.join(client, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
].map(([, code]) => code!);

let home: string;
let program: Program;
let address: string;

/** A first start imports the bundled figures, on a machine that may be busy. */
const START_MS = 150_000;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'lmi-recipes-'));
  program = startProgram(['start'], { LMI_HOME: home, LMI_ADDRESS_LIMIT: '3000' });
  address = await outputMatching(program, /serving on (http:\/\/\S+)/, START_MS);
  mkdirSync(folder, { recursive: true });
}, START_MS);
afterAll(async () => {
  await program.stop();
  rmSync(home, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, code: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, code);
  return file;
}

/** What the compiler finds in some files, by the name of each. */
function typeErrors(files: string[]): { file: string; message: string }[] {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
  };
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options)).map(({ file, messageText }) => ({
    file: path.basename(file?.fileName ?? ''),
    message: ts.flattenDiagnosticMessageText(messageText, ' '),
  }));
}

/** Runs a recipe as its reader would, in a Node of its own, against the program; gives what it prints. */
function run(file: string, code: string): string {
  writeFileSync(
    file,
    ts.transpileModule(code.replaceAll('http://localhost:8080', address), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    }).outputText,
  );
  return execFileSync(process.execPath, [file], { encoding: 'utf8' });
}

/** What each recipe prints, in the order of the document. */
const expected = [
  /^£[\d.]+ a week in 20\d\d, from ashe \([^)]+\)\n/,
  /^Plumbers.* – \w/,
  /^2024 \d+(\.\d+)?\n(20\d\d [\d.]+\n)*2035 /,
  /^[1-9]\d+ providers\n$/,
  /^404 .*9999/,
  /^2134 [\d.]+ hours\/week.*\n2237 [\d.]+ hours\/week.*\n5241 [\d.]+ hours\/week/,
  /^\[ '(ashe-2025-\w+)' \] \[ '\1' \] \d+\n$/,
];

describe('the recipes of the client’s README', () => {
  it('are sound to the compiler, which lets nobody drop marks', () => {
    expect(recipes).toHaveLength(expected.length);
    const careless = recipes[0]!.replace(
      /const figure[\s\S]*/,
      'console.log(observations.at(-1)!.cell.value * 52);\n',
    );
    const files = recipes.map((code, index) => write(`recipe-${index}.mts`, code));
    expect(typeErrors([...files, write('careless.mts', careless)])).toEqual([
      { file: 'careless.mts', message: expect.stringMatching(/arithmetic operation must be of type/) },
    ]);
  });

  it.each(expected.map((pattern, index) => ({ number: index + 1, pattern })))(
    'number $number runs',
    ({ number, pattern }) => {
      const file = path.join(folder, `recipe-${number}.mjs`);
      expect(run(file, recipes[number - 1]!)).toMatch(pattern);
    },
  );
});
