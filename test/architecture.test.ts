import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** The flow of DESIGN: a folder may import only folders before it, and leaves; a leaf only leaves before it. */
const FLOW = [
  'data',
  'models',
  'predictions',
  'evaluation',
  'ensemble',
  'attribution',
  'selection',
  'report',
];
const LEAVES = ['errors', 'math', 'io', 'kernels', 'threads', 'run'];
const MAX_LINES = 300;

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** First path segment without its ending: `data`, `errors`, `pipeline`, ... */
function room(file: string): string {
  return file.split('/')[0].replace(/\.ts$/, '');
}

/** Imports of a source file inside src, as paths relative to src with `.ts` endings. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(
    (match) => match[1],
  );
  return specifiers.map((specifier) =>
    relative(src, join(src, dirname(file), specifier)).replace(/(\.js)?$/, '.ts'),
  );
}

function mayImport(from: string, to: string): boolean {
  if (from === to || to === 'errors') return true;
  if (from === 'index') return true;
  if (from === 'cli') return true;
  if (to === 'cli' || to === 'index' || to === 'pipeline') return false;
  if (from === 'pipeline') return true;
  if (LEAVES.includes(from)) return LEAVES.includes(to) && LEAVES.indexOf(to) < LEAVES.indexOf(from);
  return LEAVES.includes(to) || FLOW.indexOf(to) < FLOW.indexOf(from);
}

/** A cycle of files, as a path of names, or null. */
function findCycle(): string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  function visit(file: string): string[] | null {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return null;
    path.push(file);
    for (const next of importsOf(file)) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return null;
  }
  for (const file of files) {
    const cycle = visit(file);
    if (cycle) return cycle;
  }
  return null;
}

describe('architecture', () => {
  it('knows every top-level room of src', () => {
    const known = [...FLOW, ...LEAVES, 'pipeline', 'cli', 'index'];
    expect([...new Set(files.map(room))].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('imports flow one way: examples to report, leaves import no stage, nothing imports cli', () => {
    const bad = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !mayImport(room(file), room(target)))
        .map((target) => `${file} -> ${target}`),
    );
    expect(bad).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(findCycle()).toBeNull();
  });

  it(`keeps every file within ${MAX_LINES} lines`, () => {
    const long = files
      .map((file) => ({ file, lines: readFileSync(join(src, file), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ file, lines }) => `${file}: ${lines}`);
    expect(long).toEqual([]);
  });

  it('keeps unseeded randomness and clocks out of results', () => {
    const allowed = /^(cli|run|threads)\//; // progress, locks and time-outs, never results
    const found = files.filter(
      (file) =>
        !allowed.test(file) &&
        /Math\.random|Date\.now|new Date\(/.test(readFileSync(join(src, file), 'utf8')),
    );
    expect(found).toEqual([]);
  });

  it('uses terminals and exits only in cli', () => {
    const found = files.filter(
      (file) =>
        !file.startsWith('cli/') &&
        /process\.(exit|stdout|stderr)\b|console\./.test(readFileSync(join(src, file), 'utf8')),
    );
    expect(found).toEqual([]);
  });
});
