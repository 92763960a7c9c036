import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAttributor } from '../../src/attribution/attributor.js';
import { groupPlayers } from '../../src/attribution/players.js';
import { parseEnsemble } from '../../src/ensemble/foreign/format.js';
import { matchColumns } from '../../src/ensemble/foreign/match.js';
import { sourceValues } from '../../src/ensemble/foreign/source-values.js';
import { readTable } from '../../src/io/read.js';
import type { Table } from '../../src/io/table.js';
import { tableOf } from '../ensemble/foreign/tables.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const fixtures = join(process.env.ESCI_SHARED ?? join(root, '../shared'), 'fixtures');
const FILES = ['model.json', 'model.ubj', 'model.txt', 'treelite.json'];
/** What has no exact Shapley values here. */
const REFUSED = /gblinear|linear-tree|catboost.*(onehot|categorical)/;

function foldersOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}
const models = foldersOf(fixtures)
  .flatMap(foldersOf)
  .flatMap((folder) => FILES.map((file) => join(folder, file)).filter(existsSync));

/** Numbers of a CSV file without a header. */
function numbersOf(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
}

async function tableFor(folder: string): Promise<Table> {
  const own = join(folder, 'table.csv');
  const kind = /categorical|missing/.exec(folder)?.[0];
  const path = existsSync(own)
    ? own
    : join(folder, kind === undefined ? '../table.csv' : `../table-${kind}.csv`);
  const table = await readTable(path);
  if (Number.isNaN(Number([...table.columns.keys()][0]))) return table;
  const rows = numbersOf(path);
  return tableOf(
    Object.fromEntries(rows[0].map((_, column) => [`f${column}`, rows.map((row) => row[column])])),
  );
}

/** Values of a .npy file of floats, in order. */
function npy(path: string): Float32Array | Float64Array {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const body = Uint8Array.from(bytes.subarray(start)).buffer;
  return bytes.subarray(0, start).toString('latin1').includes('f8')
    ? new Float64Array(body)
    : new Float32Array(body);
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, at) => Math.abs(value - b[at])).reduce((most, x) => Math.max(most, x), 0);
}

describe.skipIf(models.length === 0)('models of other engines (needs ../shared or ESCI_SHARED)', () => {
  it.each(models)('%s', async (file) => {
    const folder = dirname(file);
    const parse = () => parseEnsemble(readFileSync(file), file);
    if (REFUSED.test(folder)) {
      expect(parse).toThrow(/linear|hashes|no trees/);
      return;
    }
    const foreign = parse();
    const scores = ['margins.csv', 'probabilities.csv'].map((name) => join(folder, name)).find(existsSync);
    if (scores === undefined) return;
    const margins = numbersOf(scores);
    const table = await tableFor(folder);
    const names = matchColumns(foreign.columns, [...table.columns.keys()]);
    const sources = foreign.columns.map((column, at) => {
      const cells = table.columns.get(names[at])!;
      const levels = cells.kind === 'text' ? [...new Set(cells.values as string[])].sort() : undefined;
      const values = sourceValues(table, { column, name: names[at], levels, unknownIsMissing: false });
      // models that were stopped early were scored on the first rows
      return values.subarray(0, margins.length);
    });
    const columns = foreign.columns.map((_, column) => String(column));
    const attributor = createAttributor(foreign, groupPlayers(columns, columns.map(Number)));
    const batch = attributor.attribute(sources);
    const theirs = margins.flat();
    if (file.includes('xgboost')) expect([...batch.margins]).toEqual(theirs.map(Math.fround));
    expect(worst(batch.margins, theirs)).toBeLessThan(1e-6);
    expect(batch.additivity.absolute).toBeLessThan(2e-6);
    if (!existsSync(join(folder, 'contribs.npy'))) return;
    const contribs = npy(join(folder, 'contribs.npy'));
    const { outputs, bias } = attributor;
    const isByColumn = file.includes('sklearn');
    const ours = margins.flatMap((_, row) =>
      isByColumn
        ? [...batch.shap.subarray(row * columns.length * outputs, (row + 1) * columns.length * outputs)]
        : Array.from(bias, (own, k) => [
            ...columns.map((__, column) => batch.shap[(row * columns.length + column) * outputs + k]),
            own,
          ]).flat(),
    );
    expect(worst(ours, contribs)).toBeLessThan(1e-6);
  });
});
