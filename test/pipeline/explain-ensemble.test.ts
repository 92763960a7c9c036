import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrow } from '../../src/io/arrow/read.js';
import { writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { explainEnsemble } from '../../src/pipeline/commands/explain-ensemble.js';
import { casePath, type ForeignCase, readCase } from '../ensemble/foreign-case.js';
import { failureOf, fileWith, temporaryFolder } from '../io/helpers.js';

const context = { threads: 1 };
const CLASSES = ['a', 'b', 'c'];
const BRANDS = Array.from({ length: 12 }, (_, code) => `brand ${code}`);
const PLAYERS = {
  classes: CLASSES,
  players: [
    { name: 'first', columns: ['m0:*'], costs: { latency_ms: 3 } },
    { name: 'second', columns: ['m1_a', 'm1:b', 'm*:c'] },
  ],
};

const asCsv = (rows: readonly (readonly unknown[])[]) => `${rows.map((row) => row.join()).join('\n')}\n`;

/** The rows of a case's table, header first, in the order given. */
function csvOf({ table }: ForeignCase, order?: readonly number[]): string {
  const names = Object.keys(table);
  const rows = order ?? table[names[0]].map((_, row) => row);
  return asCsv([names, ...rows.map((row) => names.map((name) => table[name][row] ?? ''))]);
}

/** What explains a case: the model, its table, and players without the overlap that tests add. */
function inputOf(name: string, players: unknown = { ...PLAYERS, players: soundPlayers() }) {
  const own = readCase(name);
  const model = casePath(name, name.startsWith('lightgbm') ? 'model.txt' : 'model.json');
  const features = fileWith('table.csv', csvOf(own));
  return {
    own,
    input: { ensemble: model, features, players: fileWith('players.json', JSON.stringify(players)) },
  };
}

function soundPlayers() {
  const [first, second] = PLAYERS.players;
  return [first, { ...second, columns: ['m1_a', 'm1:b', 'm1*c'] }];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('explainEnsemble', () => {
  it("gives each player the sum of the engine's contributions to its columns, and of both quantities the means", async () => {
    const { own, input } = inputOf('lightgbm-nan');
    const explanation = await explainEnsemble(input, context);
    expect(explanation).toMatchObject({ format: 'lightgbm', rows: 16, outputs: CLASSES, expected: null });
    const names = Object.keys(own.table);
    for (const [at, player] of ['first', 'second'].entries()) {
      const columns = names.flatMap((name, column) => (name.startsWith(`m${at}_`) ? [column] : []));
      const found = explanation.players.find((line) => line.player === player)!;
      CLASSES.forEach((_, k) => {
        const sums = own.contribs!.map((row) => columns.reduce((sum, column) => sum + row[k][column], 0));
        expect(found.shapByOutput[k]).toBeCloseTo(mean(sums.map(Math.abs)), 6);
        expect(found.signedByOutput[k]).toBeCloseTo(mean(sums), 6);
      });
      expect(found.shap).toBeCloseTo(mean(found.shapByOutput), 12);
    }
    expect(explanation.players.map(({ shap }) => shap)).toEqual(
      explanation.players.map(({ shap }) => shap).sort((a, b) => b - a),
    );
    expect(explanation.bias).toHaveLength(3);
  });

  it('gives the same bytes for one file, three files, and rows in another order', async () => {
    const { own, input } = inputOf('xgboost-missing');
    const folder = temporaryFolder();
    const names = Object.keys(own.table);
    const rows = Array.from({ length: 16 }, (_, row) => row);
    for (const [part, [from, to]] of [
      [0, 3],
      [3, 4],
      [4, 16],
    ].entries()) {
      const columns = names.map((name) => ({
        name,
        type: 'float' as const,
        values: own.table[name].slice(from, to) as (number | null)[],
      }));
      await writeParquet(join(folder, `part-${part}.parquet`), columns);
    }
    const shuffled = fileWith('table.csv', csvOf(own, [...rows].reverse()));
    const whole = await explainEnsemble(input, context);
    const parts = await explainEnsemble({ ...input, features: join(folder, 'part-*.parquet') }, context);
    const other = await explainEnsemble({ ...input, features: shuffled }, context);
    expect(whole.rows).toBe(16);
    expect(JSON.stringify(parts.players)).toBe(JSON.stringify(whole.players));
    expect(JSON.stringify(other.players)).toBe(JSON.stringify(whole.players));
  });

  it('compares with expected margins first', async () => {
    const { own, input } = inputOf('catboost-nan-min');
    const sound = fileWith('margins.csv', asCsv(own.margins));
    const { expected } = await explainEnsemble({ ...input, expect: sound }, context);
    expect(expected!.rows).toBe(16);
    expect(expected!.largestDifference).toBeLessThan(1e-6);
    const changed = own.margins.map((row, at) => (at === 4 ? [row[0], row[1] + 0.01, row[2]] : row));
    const faults: [string, string, string][] = [
      [asCsv(changed), 'of output 2', '--iterations'],
      [asCsv(own.margins.map(() => [0.2, 0.5, 0.3])), 'of output 1', 'raw margins'],
      [asCsv(own.margins.slice(1)), 'expects', ''],
      [asCsv([...own.margins, own.margins[0]]), 'has 17 lines, the table 16 rows', ''],
      [asCsv(own.margins.map((row) => row.slice(1))), 'has 2 columns, the model 3 outputs', ''],
      [asCsv([['a', 'b', 'c'], ...own.margins]), "holds 'a'", ''],
    ];
    for (const [content, message, hint] of faults) {
      const wrong = explainEnsemble({ ...input, expect: fileWith('margins.csv', content) }, context);
      const error = await failureOf(wrong, 'data');
      expect(error.message).toContain(message);
      expect(error.hint).toContain(hint);
    }
    const late = explainEnsemble({ ...input, expect: fileWith('margins.csv', asCsv(changed)) }, context);
    expect((await failureOf(late, 'data')).line).toBe(5);
  });

  it('names the file of a model that can be read and not explained', async () => {
    const { input } = inputOf('xgboost-early');
    const model = JSON.parse(readFileSync(input.ensemble, 'utf8'));
    model.learner.gradient_booster.model.trees[0].sum_hessian[1] = 9e15;
    const ensemble = fileWith('large-cover.json', JSON.stringify(model));
    const error = await failureOf(
      explainEnsemble({ ...input, ensemble, iterations: 'all' }, context),
      'model',
    );
    expect(error.path).toBe(ensemble);
    expect(error.message).toContain('its parent only');
    expect(error.hint).toContain('sum_hessian');
  });

  it('asks which rounds to take where the best is not the last', async () => {
    const { own, input } = inputOf('xgboost-early');
    const error = await failureOf(explainEnsemble(input, context), 'usage');
    expect(error.message).toContain(`of which round ${own.best! + 1} was the best`);
    expect(error.hint).toContain('--iterations best');
    const all = await explainEnsemble({ ...input, iterations: 'all' }, context);
    const best = await explainEnsemble({ ...input, iterations: 'best' }, context);
    expect(best.trees).toBe(3 * (own.best! + 1));
    expect(all.trees).toBeGreaterThan(best.trees);
    const margins = fileWith('margins.csv', asCsv(own.margins));
    await explainEnsemble({ ...input, iterations: 'all', expect: margins }, context);
    await failureOf(explainEnsemble({ ...input, iterations: 'best', expect: margins }, context), 'data');
  });

  it('keeps context apart, and takes levels that the model does not know from the players file', async () => {
    const players = {
      ...PLAYERS,
      players: soundPlayers(),
      context: ['locale', 'brand'],
      levels: { brand: BRANDS },
    };
    const { own, input } = inputOf('xgboost-codes', players);
    const words = {
      ...own,
      table: {
        ...own.table,
        locale: own.table.locale.map(() => 'es'),
        brand: own.table.brand.map((code) => BRANDS[Number(code)]),
      },
    };
    const features = fileWith('table.csv', csvOf(words));
    const margins = fileWith('margins.csv', asCsv(own.margins));
    const explanation = await explainEnsemble({ ...input, features, expect: margins }, context);
    expect(explanation.expected!.largestDifference).toBe(0);
    expect(
      explanation.players
        .filter((line) => line.context)
        .map((line) => line.player)
        .sort(),
    ).toEqual(['brand', 'locale']);
    const bare = fileWith('bare.json', JSON.stringify({ ...players, levels: undefined }));
    const error = await failureOf(explainEnsemble({ ...input, features, players: bare }, context), 'data');
    expect(error.message).toContain("column 'brand' holds");
    expect(error.hint).toContain('"levels"');
  });

  it.each([
    ['a column of two players', PLAYERS, "column 'm0_c' belongs to 'first' and to 'second'"],
    ['a column of none', { players: [PLAYERS.players[0]] }, "column 'm1_a' belongs to no player"],
    [
      'a pattern of nothing',
      { players: [{ name: 'x', columns: ['m7*'] }] },
      "pattern 'm7*' of 'x' matches no column",
    ],
    ['a player twice', { players: [...soundPlayers(), soundPlayers()[0]] }, "player 'first' is given twice"],
    ['an unknown key', { players: [], colums: [] }, "unknown key 'colums'"],
    [
      'too many classes',
      { classes: ['a', 'b', 'c', 'd'], players: soundPlayers() },
      'names 4 classes, the model has 3 outputs',
    ],
  ])('refuses %s', async (_, players, message) => {
    const { input } = inputOf('lightgbm-plain', players);
    const error = await failureOf(explainEnsemble(input, context), 'usage');
    expect(error.message).toContain(message);
    expect(error.path).toBe(input.players);
  });

  it('refuses tables that lack columns, hold no numbers or no rows', async () => {
    const { own, input } = inputOf('xgboost-missing');
    const csv = csvOf(own);
    const faults: [string, string][] = [
      [csv.replace('m0:b', 'm0:x'), "lacks columns of the model: 'm0:b'"],
      [csv.replace(/^[\d.e-]+,/m, 'high,'), "holds 'high'"],
      [`${csv.split('\n')[0]}\n`, 'no rows'],
    ];
    for (const [content, message] of faults) {
      const error = await failureOf(
        explainEnsemble({ ...input, features: fileWith('t.csv', content) }, context),
        'data',
      );
      expect(error.message).toContain(message);
    }
    const none = explainEnsemble({ ...input, features: join(temporaryFolder(), '*.parquet') }, context);
    expect((await failureOf(none, 'io')).message).toContain('no file');
  });

  it('writes the margin and the contributions of every row, which add up', async () => {
    const { own, input } = inputOf('treelite-hgb', {
      players: [
        { name: 'all but one', columns: ['f0', 'f1', 'f2', 'f3', 'f4'] },
        { name: 'one', columns: ['f5'] },
      ],
    });
    const out = join(temporaryFolder(), 'rows.arrow');
    const { bias, rows } = await explainEnsemble({ ...input, out }, context);
    const table = await readArrow(out);
    expect(table.rows).toBe(rows);
    const numbers = (name: string) => (table.columns.get(name) as { values: Float64Array }).values;
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < 3; k++) {
        const output = `output ${k + 1}`;
        expect(numbers(`margin ${output}`)[row]).toBeCloseTo(own.margins[row][k], 6);
        for (const quantity of ['shap', 'group']) {
          const sum =
            numbers(`${quantity} all but one ${output}`)[row] + numbers(`${quantity} one ${output}`)[row];
          expect(bias[k] + sum).toBeCloseTo(own.margins[row][k], 6);
        }
      }
    }
  });

  it('leaves out columns that are no features of a model that names none', async () => {
    const { own, input } = inputOf('xgboost-regression', undefined);
    const labelled = { ...own, table: { label: own.table['m0:a'].map(() => 1), ...own.table } };
    const features = fileWith('t.csv', csvOf(labelled as ForeignCase));
    const bare = { ensemble: input.ensemble, features };
    expect((await failureOf(explainEnsemble(bare, context), 'data')).message).toContain(
      'table has 7 columns',
    );
    const expect_ = fileWith('m.csv', asCsv(own.margins));
    const { expected } = await explainEnsemble(
      { ...bare, expect: expect_, columns: new Map([['label', 'label']]) },
      context,
    );
    expect(expected!.largestDifference).toBe(0);
    writeFileSync(features, 'x');
  });
});
