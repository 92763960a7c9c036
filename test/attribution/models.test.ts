import { describe, expect, it } from 'vitest';
import {
  attributeModels,
  attributeOne,
  type ModelBlock,
  type ModelTable,
  mergeAttributions,
} from '../../src/attribution/models.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { createRandom } from '../../src/math/random.js';
import { marginGame, shapleyByCoalitions } from '../oracles/shapley.js';
import { randomEnsemble, randomTable, rowOf } from '../properties/random-ensembles.js';

const CLASSES = 3;
const MODELS = ['graph', '__proto__', 'text', 'silent'];

function tableOf(seed: string, rows: number): ModelTable {
  const random = createRandom(seed);
  const ensemble = randomEnsemble(random, { columns: 7, depth: 5, classes: CLASSES, trees: 9 });
  const features = randomTable(random, { rows, columns: 7 });
  return {
    ensemble,
    features,
    models: MODELS,
    modelOfColumn: [0, 0, 1, 1, 2, 0, 2],
    margins: scoreMargins(ensemble, features),
  };
}

/** Both quantities of one row, [model][class], by the definition. */
function byDefinition({ ensemble, features, modelOfColumn }: ModelTable, row: number) {
  const shap = new Float64Array(MODELS.length * CLASSES);
  const groupShap = new Float64Array(MODELS.length * CLASSES);
  const each = Array.from({ length: features.columns }, (_, column) => column);
  for (let k = 0; k < CLASSES; k++) {
    const perColumn = shapleyByCoalitions(marginGame(ensemble, k, rowOf(features, row), each), each.length);
    perColumn.forEach((value, column) => {
      shap[modelOfColumn[column] * CLASSES + k] += value;
    });
    const game = marginGame(ensemble, k, rowOf(features, row), modelOfColumn);
    shapleyByCoalitions(game, MODELS.length).forEach((value, model) => {
      groupShap[model * CLASSES + k] = value;
    });
  }
  return { shap, groupShap };
}

function closeTo(actual: Float64Array, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, at) => {
    expect(Math.abs(value - expected[at])).toBeLessThan(1e-9);
  });
}

describe('attributeModels', () => {
  it('gives both quantities by their definitions, which differ', () => {
    const table = tableOf('definition', 12);
    const blocks: ModelBlock[] = [];
    const result = attributeModels({ ...table, onBlock: (block) => blocks.push(block) });
    expect(blocks).toHaveLength(1);
    const width = MODELS.length * CLASSES;
    const means = { shap: new Float64Array(width), groupShap: new Float64Array(width) };
    let largestDifference = 0;
    for (let row = 0; row < 12; row++) {
      const expected = byDefinition(table, row);
      for (const quantity of ['shap', 'groupShap'] as const) {
        closeTo(blocks[0][quantity].subarray(row * width, (row + 1) * width), expected[quantity]);
        expected[quantity].forEach((value, cell) => {
          means[quantity][cell] += Math.abs(value) / 12;
        });
      }
      expected.shap.forEach((value, cell) => {
        largestDifference = Math.max(largestDifference, Math.abs(value - expected.groupShap[cell]));
      });
    }
    expect(largestDifference).toBeGreaterThan(1e-3);
    for (const quantity of ['shap', 'groupShap'] as const) {
      const summary = result[quantity];
      closeTo(summary.meanAbsoluteByClass, means[quantity]);
      const byModel = MODELS.map(
        (_, m) => (means[quantity][m * 3] + means[quantity][m * 3 + 1] + means[quantity][m * 3 + 2]) / 3,
      );
      closeTo(summary.meanAbsolute, byModel);
      expect(summary.players).toEqual(MODELS);
      expect(summary.meanAbsolute[3]).toBe(0);
    }
    expect(result.additivity.relative).toBeLessThan(1e-5);
  });

  it('streams blocks that do not change the result, and takes a range of rows', () => {
    const table = tableOf('blocks', 17_000);
    const ranges: [number, number][] = [];
    const whole = attributeModels({ ...table, onBlock: ({ from, to }) => ranges.push([from, to]) });
    expect(ranges).toEqual([
      [0, 16_384],
      [16_384, 17_000],
    ]);
    const parts = [
      attributeModels({ ...table, rows: { from: 0, to: 500 } }),
      attributeModels({ ...table, rows: { from: 500, to: 17_000 } }),
    ];
    const merged = mergeAttributions(parts);
    expect(merged.shap.rows).toBe(17_000);
    expect(merged.additivity).toEqual(whole.additivity);
    closeTo(merged.shap.meanAbsolute, whole.shap.meanAbsolute);
    closeTo(merged.groupShap.meanSignedByClass, whole.groupShap.meanSignedByClass);
  });

  it('names the row whose contributions do not add up', () => {
    const table = tableOf('broken', 20);
    const margins = Float32Array.from(table.margins, (margin, at) =>
      at === 3 * CLASSES * 4 + 1 ? margin + 1 : margin,
    );
    const rowName = (row: number) => `example e${row}`;
    expect(() => attributeModels({ ...table, margins, rowName })).toThrow(
      'SHAP values of example e12 do not add up',
    );
  });

  it('refuses tables that do not fit', () => {
    const table = tableOf('shapes', 4);
    const wide = randomTable(createRandom(1), { rows: 4, columns: 8 });
    expect(() => attributeModels({ ...table, features: wide })).toThrow(
      'the table has 8 columns, the ensemble tests 7',
    );
    expect(() => attributeModels({ ...table, margins: [1, 2] })).toThrow(
      '2 margins are given for 4 rows of 3 classes',
    );
    expect(() => attributeModels({ ...table, modelOfColumn: [0, 0, 1, 1, 2, 0, 4] })).toThrow('player 4');
    expect(() => attributeModels({ ...table, rows: { from: 2, to: 5 } })).toThrow('rows 2 to 5');
    expect(() => mergeAttributions([])).toThrow('no attributions');
  });

  it('attributes no rows', () => {
    const { shap, additivity } = attributeModels({ ...tableOf('none', 3), rows: { from: 1, to: 1 } });
    expect(shap.rows).toBe(0);
    expect(additivity).toEqual({ absolute: 0, relative: 0, ofRounding: 0, row: -1 });
  });
});

describe('attributeOne', () => {
  it('gives the contributions, bias and margin of one row', () => {
    const { margins, ...table } = tableOf('one', 5);
    const { bias, shap, groupShap, margin, additivity } = attributeOne({ ...table, row: 3 });
    const expected = byDefinition({ ...table, margins }, 3);
    closeTo(shap, expected.shap);
    closeTo(groupShap, expected.groupShap);
    expect([...margin]).toEqual(Array.from(margins).slice(9, 12));
    for (let k = 0; k < CLASSES; k++) {
      const total = MODELS.reduce((sum, _, model) => sum + groupShap[model * CLASSES + k], bias[k]);
      expect(Math.abs(total - margin[k])).toBeLessThan(1e-5);
    }
    expect(additivity.row).toBe(3);
  });
});
