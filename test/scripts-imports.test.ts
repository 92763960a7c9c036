import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const parse = (path: string) =>
  ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);

/** Scripts that import the build: benchmarks run seldom, so what they import may be renamed unseen. */
const scripts = ['bench', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs') && !/(^|\/)\.venv/.test(file))
    .map((file) => join(root, folder, file)),
);

/** Names that a module exports, those it passes on among them; null where it passes on all of another. */
function exportsOf(path: string): Set<string> | null {
  const names = new Set<string>();
  for (const statement of parse(path).statements) {
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause === undefined || !ts.isNamedExports(statement.exportClause)) return null;
      for (const { name } of statement.exportClause.elements) names.add(name.text);
    } else if (ts.canHaveModifiers(statement) && exported(statement)) {
      for (const name of declared(statement)) names.add(name);
    }
  }
  return names;
}

const exported = (node: ts.HasModifiers) =>
  ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

function declared(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as ts.DeclarationStatement;
  return name === undefined ? [] : [name.getText()];
}

/** What a script imports of the build, `file: name of module`, that is not there. */
function missing(script: string): string[] {
  return parse(script).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const target = join(dirname(script), statement.moduleSpecifier.text);
    const inside = relative(join(root, 'dist'), target);
    const bindings = statement.importClause?.namedBindings;
    if (inside.startsWith('..') || bindings === undefined || !ts.isNamedImports(bindings)) return [];
    const source = join(root, 'src', inside.replace(/\.js$/, '.ts'));
    const names = existsSync(source) ? exportsOf(source) : new Set<string>();
    return bindings.elements
      .map(({ name, propertyName }) => (propertyName ?? name).text)
      .filter((name) => names !== null && !names.has(name))
      .map((name) => `${relative(root, script)}: ${name} of ${inside}`);
  });
}

describe('benchmarks and scripts', () => {
  it('import of the build what is there', () => {
    expect(scripts.length).toBeGreaterThan(30);
    expect(scripts.flatMap(missing)).toEqual([]);
  });
});
