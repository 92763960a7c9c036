import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const entry = join(root, 'dist/index.d.ts');

/** What `import ... from 'esci-select'` gives, as the compiler reads it from the built declarations. */
export interface Surface {
  /** by name, in order: the declaration without its comments, as the package ships it */
  readonly declarations: ReadonlyMap<string, string>;
  /** types of the package that exported declarations speak of and that nobody can name, as `name (spoken of by)` */
  readonly unnamed: readonly string[];
}

/** The declarations of a symbol that are the package's own; empty for those of Node, the language and dependencies. */
function ownDeclarations(symbol: ts.Symbol): ts.Declaration[] {
  return (symbol.declarations ?? []).filter((node) => {
    const { fileName } = node.getSourceFile();
    return fileName.startsWith(join(root, 'dist')) && !fileName.includes('node_modules');
  });
}

/** `const` and `let` are declared by a statement, of which the symbol's declaration is only a part. */
function statementOf(node: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

/** Symbols of types that a declaration speaks of. */
function typesIn(node: ts.Node, checker: ts.TypeChecker): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (child: ts.Node): void => {
    const name = ts.isTypeReferenceNode(child)
      ? child.typeName
      : ts.isExpressionWithTypeArguments(child)
        ? child.expression
        : ts.isImportTypeNode(child)
          ? child.qualifier
          : undefined;
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined) found.push(resolve(symbol, checker));
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function resolve(symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Type parameters are named where they stand. */
function isParameter(symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0;
}

/** Reads the public surface of the built package. */
export function readSurface(): Surface {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  if (source === undefined) throw new Error(`${entry} is not there: node scripts/build.mjs`);
  const module = checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} exports nothing`);
  const exported = checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    symbol: resolve(symbol, checker),
  }));
  const named = new Set(exported.map(({ symbol }) => symbol));
  const printer = ts.createPrinter({ removeComments: true });
  const declarations = new Map<string, string>();
  const unnamed = new Set<string>();
  for (const { name, symbol } of exported.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const nodes = ownDeclarations(symbol).map(statementOf);
    const texts = nodes.map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()));
    declarations.set(name, texts.join('\n'));
    for (const type of nodes.flatMap((node) => typesIn(node, checker))) {
      if (named.has(type) || isParameter(type) || ownDeclarations(type).length === 0) continue;
      unnamed.add(`${type.name} of ${fileOf(type)} (${name})`);
    }
  }
  return { declarations, unnamed: [...unnamed].sort() };
}

/** Where a type of the package is declared, relative to dist. */
function fileOf(type: ts.Symbol): string {
  return ownDeclarations(type)[0].getSourceFile().fileName.slice(join(root, 'dist/').length);
}
