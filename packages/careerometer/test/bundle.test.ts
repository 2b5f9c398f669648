import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import ts from 'typescript';
import { widgetFile, widgetOfPath, widgetSnippet } from '../src/index';

const MOST_BYTES = 30_000;
const browser = path.resolve(__dirname, '../browser');

test.each(['careerometer', 'skillsometer'] as const)('the %s is small', (name) => {
  expect(gzipSync(widgetFile(name).bytes).length).toBeLessThanOrEqual(MOST_BYTES);
});

/** Operators and functions that make numbers from numbers. */
function arithmeticIn(file: string, text: string): string[] {
  const found: string[] = [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const operators = new Set([
    ts.SyntaxKind.PlusToken,
    ts.SyntaxKind.MinusToken,
    ts.SyntaxKind.AsteriskToken,
    ts.SyntaxKind.SlashToken,
    ts.SyntaxKind.PercentToken,
    ts.SyntaxKind.AsteriskAsteriskToken,
    ts.SyntaxKind.PlusEqualsToken,
    ts.SyntaxKind.MinusEqualsToken,
    ts.SyntaxKind.AsteriskEqualsToken,
    ts.SyntaxKind.SlashEqualsToken,
  ]);
  const signs = new Set<ts.SyntaxKind>([
    ts.SyntaxKind.PlusToken,
    ts.SyntaxKind.MinusToken,
    ts.SyntaxKind.PlusPlusToken,
    ts.SyntaxKind.MinusMinusToken,
  ]);
  const visit = (node: ts.Node): void => {
    const wrong =
      (ts.isBinaryExpression(node) && operators.has(node.operatorToken.kind as never)) ||
      ((ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) &&
        signs.has(node.operator) &&
        !ts.isNumericLiteral(node.operand)) ||
      (ts.isPropertyAccessExpression(node) &&
        ((node.expression.getText() === 'Math' && node.name.text !== 'max') ||
          /^(reduce|toFixed|toPrecision)$/.test(node.name.text)));
    if (wrong) found.push(`${file}: ${node.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no figure is worked out in a widget', () => {
  const files = readdirSync(browser, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(8);
  expect(files.flatMap((file) => arithmeticIn(file, readFileSync(path.join(browser, file), 'utf8')))).toEqual(
    [],
  );
});

test('the search for arithmetic finds it', () => {
  expect(arithmeticIn('x.ts', 'const a = b * 52; c += 1; Math.round(d); e.reduce(f); -g; h++;')).toHaveLength(
    6,
  );
});

test('a lasting address is the content’s own; any other of its kind leads to the present script', () => {
  const { lastingPath } = widgetFile('careerometer');
  expect(widgetOfPath(lastingPath)).toEqual({ name: 'careerometer', lasting: true });
  expect(widgetOfPath('/careerometer.js')).toEqual({ name: 'careerometer', lasting: false });
  expect(widgetOfPath('/careerometer.0123456789.js')).toEqual({ name: 'careerometer', lasting: false });
  for (const path of ['/careerometer', '/other.js', '/careerometer.js.map', '/x/careerometer.js']) {
    expect(widgetOfPath(path)).toBeUndefined();
  }
});

test('a snippet takes known attributes only, and nothing breaks out of them', () => {
  const snippet = widgetSnippet('careerometer', 'https://lmi.example', {
    occupations: '2237"><img src=x onerror=alert(1)>',
    onclick: 'alert(1)',
    lang: ' ',
  });
  expect(snippet).toBe(
    '<script type="module" src="https://lmi.example/careerometer.js"></script>\n' +
      '<lmi-careerometer occupations="2237&#34;&#62;&#60;img src=x onerror=alert(1)&#62;">' +
      '<a href="https://lmi.example/occupations">Compare jobs on LMI for All</a></lmi-careerometer>',
  );
});
