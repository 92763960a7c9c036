import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = join(dirname(fileURLToPath(import.meta.url)), '../src');

/** The flow of DESIGN: a folder may import only folders before it, and leaves; a leaf only leaves before it. */
const FLOW = [
  'data',
  'evaluation',
  'ensemble',
  'models',
  'predictions',
  'attribution',
  'selection',
  'report',
  'serving',
];
const LEAVES = ['errors', 'assets', 'math', 'io', 'kernels', 'threads', 'run'];
/** What the command line may import: the rest reaches it through the pipeline. */
const BELOW_CLI = ['pipeline', 'report', 'errors'];

/**
 * The order of subrooms inside a room: folders, and files of the room's own that stand between or above them. A file that
 * is not named comes first. One may import what comes before it.
 */
const SUBROOMS: Readonly<Record<string, readonly string[]>> = {
  io: ['zstd', 'bytes', 'format', 'text', 'arrow', 'numpy', 'duckdb', 'read', 'stream'],
  data: ['examples', 'checks', 'reading', 'download', 'simulator', 'gather', 'load', 'inspect'],
  models: [
    'tfjs',
    'saved-weights',
    'neural',
    'text',
    'graph',
    'registry',
    'own',
    'encoder',
    'choose',
    'load',
    'cross-fit',
    'cross-fit.worker',
  ],
  predictions: ['layout', 'file-reading', 'import-options', 'store', 'reading', 'checks', 'import'],
  ensemble: ['scoring', 'training', 'pool', 'stack', 'xgboost', 'foreign'],
  attribution: [
    'lookup',
    'packed-plan',
    'plan',
    'plan-parallel',
    'attribute',
    'rows-parallel',
    'game',
    'batch',
    'attributor',
    'batches-parallel',
    'batch.worker',
    'model-block',
    'explain',
    'models',
    'parallel',
    'attribute.worker',
  ],
  report: [
    'sections',
    'csv',
    'schemas',
    'history',
    'charts',
    'markdown',
    'foreign-report',
    'html',
    'trust',
    'gates',
    'ci',
  ],
  serving: ['bundle', 'answering', 'cache', 'server'],
  pipeline: [
    'zoo',
    'for-terminal',
    'files',
    'foreign',
    'worker',
    'stacking',
    'exporting',
    'predicting',
    'stages',
    'choosing',
    'insights',
    'publish',
    'machine',
    'commands',
  ],
  cli: ['completion', 'commands', 'worker-main', 'program', 'run', 'main'],
};
const MAX_LINES = 300;

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** First path segment without its ending: `data`, `errors`, `pipeline`, ... */
function room(file: string): string {
  return file.split('/')[0].replace(/\.ts$/, '');
}

/** The subroom of a file below its room: its folder, or its own name where it stands in the room itself. */
function subroom(file: string): string {
  return file.split('/')[1].replace(/\.ts$/, '');
}

/** Whether a file may import another of its room, by the order of their subrooms. */
function inOrder(from: string, to: string): boolean {
  const order = SUBROOMS[room(from)];
  const [a, b] = [order.indexOf(subroom(from)), order.indexOf(subroom(to))];
  return a === b ? a < 0 || subroom(from) === subroom(to) : b < a;
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
  if (from === 'cli') return BELOW_CLI.includes(to);
  if (to === 'cli' || to === 'index' || to === 'door') return false;
  if (from === 'door') return true;
  if (to === 'pipeline') return false;
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
    const known = [...FLOW, ...LEAVES, 'pipeline', 'cli', 'door', 'index'];
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

  it('imports inside a room go down the order of its subrooms', () => {
    const bad = files
      .filter((file) => file.includes('/') && Object.hasOwn(SUBROOMS, room(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter((target) => room(target) === room(file) && target.includes('/') && !inOrder(file, target))
          .map((target) => `${file} -> ${target}`),
      );
    expect(bad).toEqual([]);
  });

  it('names only subrooms that are there, and every folder of the rooms it orders', () => {
    for (const [name, order] of Object.entries(SUBROOMS)) {
      const own = files.filter((file) => file.startsWith(`${name}/`));
      const there = new Set(own.map(subroom));
      expect(order.filter((part) => !there.has(part))).toEqual([]);
      const folders = new Set(own.filter((file) => file.split('/').length > 2).map(subroom));
      expect([...folders].filter((folder) => !order.includes(folder))).toEqual([]);
    }
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
