import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const src = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** Sources, parsed; the kernels are AssemblyScript and have rules of their own. */
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith(join('kernels', 'assembly')))
  .map((file) =>
    ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest, true),
  );

type Rule = (node: ts.Node) => boolean;

/** Where rules are broken, [rule]: `file:line text`. */
function broken(source: ts.SourceFile, rules: readonly Rule[]): string[][] {
  const found = rules.map((): string[] => []);
  const visit = (node: ts.Node): void => {
    rules.forEach((isBad, rule) => {
      if (!isBad(node)) return;
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found[rule].push(`${source.fileName}:${line + 1} ${node.getText().slice(0, 60)}`);
    });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `...{ a, b }` or `...[a, b]`: members that could stand there by themselves. */
function isPacked(node: ts.Node): boolean {
  if (ts.isSpreadAssignment(node)) return ts.isObjectLiteralExpression(node.expression);
  return ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.expression);
}

/** A power, but for those of 2, which are exact. */
function isPower(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'pow' && node.getText() === 'Math.pow';
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken) return true;
  return kind === ts.SyntaxKind.AsteriskAsteriskToken && !/^2n?$/.test(node.left.getText());
}

const MOST_PARAMETERS = 4;
/** Steps of the walk over a tree for its lookup tables, which take numbers that change at every step. */
const WALKS = ['leafMasks', 'lookupTree', 'lookUpRows', 'buildTable'];

/** A function of ours: a type says what a kernel or a library takes. */
function isOwnFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function hasManyParameters(node: ts.Node): boolean {
  return (
    isOwnFunction(node) &&
    node.parameters.length > MOST_PARAMETERS &&
    !WALKS.includes(node.name?.getText() ?? '')
  );
}

/** `private x`, which only the compiler keeps; a constructor cannot be `#constructor`. */
function isSoftPrivate(node: ts.Node): boolean {
  if (node.kind !== ts.SyntaxKind.PrivateKeyword) return false;
  return !ts.isConstructorDeclaration(node.parent);
}

const MOST_LINES = 80;

function isLong(node: ts.Node): boolean {
  if (!isOwnFunction(node)) return false;
  const [first, last] = [node.getStart(), node.end].map(
    (at) => node.getSourceFile().getLineAndCharacterOfPosition(at).line,
  );
  return last - first >= MOST_LINES;
}

const RULES: readonly [name: string, isBad: Rule, bad: string, good: string][] = [
  [
    'packs no members into a literal that is spread',
    isPacked,
    'f(...[1, 2], { ...{ a } })',
    'f(...x, { ...y })',
  ],
  ['raises to no power that differs between versions of Node', isPower, 'x ** 2 + Math.pow(x, y)', '2 ** x'],
  [
    `gives no function more than ${MOST_PARAMETERS} parameters`,
    hasManyParameters,
    'function f(a, b, c, d, e) {}',
    'function f(a, b, c, d) {}',
  ],
  [
    'keeps members private by # alone',
    isSoftPrivate,
    'class A { private x = 1; }',
    'class A { #x = 1; private constructor() {} }',
  ],
  [
    `gives no function more than ${MOST_LINES} lines`,
    isLong,
    `function f() {${'\n'.repeat(MOST_LINES)}}`,
    `function f() {${'\n'.repeat(MOST_LINES - 1)}}`,
  ],
];

describe('style', () => {
  const all = sources.map((source) =>
    broken(
      source,
      RULES.map(([, isBad]) => isBad),
    ),
  );

  it.each(RULES.map(([name], rule) => [name, rule] as const))('%s', (_, rule) => {
    expect(sources.length).toBeGreaterThan(400);
    expect(all.flatMap((found) => found[rule])).toEqual([]);
  });

  it.each(RULES)('would notice code that does not: %s', (_, isBad, bad, good) => {
    const parse = (text: string) => ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
    expect(broken(parse(bad), [isBad])[0]).not.toEqual([]);
    expect(broken(parse(good), [isBad])).toEqual([[]]);
  });
});
