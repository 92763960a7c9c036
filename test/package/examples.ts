import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'src/index.ts');

/** A value that the package exports, and the program in its `@example`. */
export interface Example {
  readonly name: string;
  /** null where it has none */
  readonly program: string | null;
}

/** Every value that src/index.ts exports (types aside), with its example. */
export function readExamples(): Example[] {
  const program = ts.createProgram([entry], {
    ...compilerOptions(),
    noLib: true,
    types: [],
    noResolve: false,
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
  return checker
    .getExportsOfModule(module)
    .filter((symbol) => !isTypeOnly(symbol))
    .map((symbol) => ({ name: symbol.name, symbol: resolve(symbol, checker) }))
    .filter(({ symbol }) => (symbol.flags & ts.SymbolFlags.Value) !== 0)
    .map(({ name, symbol }) => ({ name, program: exampleOf(symbol) }));
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => readFileSync(path, 'utf8'));
  return ts.convertCompilerOptionsFromJson(config.compilerOptions, root).options;
}

function isTypeOnly(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (node) => ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly),
  );
}

function resolve(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function exampleOf(symbol: ts.Symbol): string | null {
  const tag = symbol.getJsDocTags().find(({ name }) => name === 'example');
  return tag === undefined ? null : ts.displayPartsToString(tag.text);
}

/** `expression; // => result` on one line. */
const CLAIM = /^(\s*)([^/].*?);\s*\/\/ => (.+)$/gm;

/** The claims of a program, as many as its `// => result` comments. */
export function claimsOf(program: string): string[] {
  return [...program.matchAll(CLAIM)].map(([, , , result]) => result.trim());
}

/** The program with every claim handed to `claim(value)`, and the package imported from where it was built. */
export function runnable(program: string, packageUrl: string): string {
  return program
    .replace(CLAIM, (_, indent: string, expression: string) => `${indent}claim(${expression});`)
    .replaceAll("from 'esci-select'", `from '${packageUrl}'`);
}
