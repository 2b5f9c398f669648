import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import ts from 'typescript';

const folder = path.resolve(__dirname, '..');
const MOST_BYTES = 12_000;

/** Minified and compressed size of a program, all that it imports included. */
async function sizeOf(program: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return gzipSync(outputFiles[0]!.contents).length;
}

/** Runs an ES module where the tools that check packages are at hand: they are modules, which tests are not. */
function runModule(code: string): unknown {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder });
  return JSON.parse(output.toString());
}

describe('the package', () => {
  it(`is at most ${MOST_BYTES} bytes with all that it needs, and sheds what is not used`, async () => {
    const whole = await sizeOf("export * from '@lmi/client'");
    expect(whole).toBeLessThanOrEqual(MOST_BYTES);
    expect(await sizeOf("export { readCell } from '@lmi/client'")).toBeLessThan(600);
  });

  it('has no any in its types', () => {
    const files = readdirSync(path.join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.d.ts'),
    );
    expect(files.length).toBeGreaterThan(5);
    const found: string[] = [];
    for (const file of files) {
      const text = readFileSync(path.join(folder, 'dist', file), 'utf8');
      const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
      const visit = (node: ts.Node): void => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${file}: ${node.pos}`);
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
    expect(found).toEqual([]);
  });

  it('satisfies publint', () => {
    const messages = runModule(
      `import { publint } from 'publint';
       const { messages } = await publint({ pkgDir: '.', pack: false, strict: true });
       console.log(JSON.stringify(messages));`,
    );
    expect(messages).toEqual([]);
  });

  it('has types that resolve for modules and bundlers, as attw finds', () => {
    const packed = mkdtempSync(path.join(tmpdir(), 'lmi-client-'));
    try {
      execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], {
        cwd: folder,
        stdio: 'pipe',
      });
      const [tarball] = readdirSync(packed);
      const problems = runModule(
        `import { readFileSync } from 'node:fs';
         import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
         const data = new Uint8Array(readFileSync(${JSON.stringify(path.join(packed, tarball!))}));
         const { problems } = await checkPackage(createPackageFromTarballData(data));
         console.log(JSON.stringify(problems.map(({ kind, resolutionKind }) => [kind, resolutionKind])));`,
      );
      // It is an ES module alone: old resolution and require() are what its profile leaves out.
      expect(problems).toEqual([
        ['NoResolution', 'node10'],
        ['CJSResolvesToESM', 'node16-cjs'],
      ]);
    } finally {
      rmSync(packed, { recursive: true });
    }
  });
});
