import { describe, expect, it } from 'vitest';
import { createAttributor } from '../../../src/attribution/attributor.js';
import { groupPlayers } from '../../../src/attribution/players.js';
import { boostingOptions } from '../../../src/ensemble/boosting-options.js';
import type { ForeignEnsemble } from '../../../src/ensemble/foreign/foreign-ensemble.js';
import { parseEnsemble } from '../../../src/ensemble/foreign/format.js';
import { toLightgbmText } from '../../../src/ensemble/foreign/lightgbm-write.js';
import { trainBoosting } from '../../../src/ensemble/training/train.js';
import { toXgboostJson } from '../../../src/ensemble/xgboost/json.js';
import { EsciSelectError } from '../../../src/errors.js';
import { createRandom } from '../../../src/math/random.js';

const ROWS = 300;
const COLUMNS = 5;
const CLASSES = 3;

/** An ensemble fitted on values of which some are missing, and rows that stand on its thresholds too. */
function fitted() {
  const random = createRandom(8);
  const labels = Int16Array.from({ length: ROWS }, () => random.integer(CLASSES));
  const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    if (random.uniform() < 0.1) return Number.NaN;
    return random.normal() + (at % COLUMNS) * labels[Math.floor(at / COLUMNS)];
  });
  const names = Array.from({ length: COLUMNS }, (_, column) => `m${column}:p`);
  const { ensemble } = trainBoosting({
    features: { rows: ROWS, columns: COLUMNS, names, values },
    labels,
    classes: CLASSES,
    rows: Int32Array.from({ length: ROWS }, (_, row) => row),
    options: boostingOptions({ rounds: 12, learningRate: 0.3, seed: 4 }),
  });
  const sources = Array.from({ length: COLUMNS }, (_, column) => {
    const own = Array.from({ length: ROWS }, (__, row) => values[row * COLUMNS + column]);
    const edges = ensemble.trees.flatMap((tree) =>
      [...tree.left.keys()].flatMap((node) =>
        tree.left[node] >= 0 && tree.feature[node] === column ? [tree.threshold[node]] : [],
      ),
    );
    return Float64Array.from([
      ...own,
      ...Array.from({ length: 40 }, (__, at) => edges[at % edges.length] ?? 0),
    ]);
  });
  return { ensemble, sources };
}

function attribute(foreign: ForeignEnsemble, sources: readonly Float64Array[]) {
  const players = groupPlayers(['a', 'b', 'c', 'd', 'e'], [0, 1, 2, 3, 4]);
  return createAttributor(foreign, players).attribute(sources);
}

describe('toLightgbmText', () => {
  const { ensemble, sources } = fitted();
  const written = parseEnsemble(Buffer.from(toLightgbmText(ensemble)));

  it('is read back as the same trees: margins on every side of every threshold, and contributions', () => {
    const own = attribute(parseEnsemble(Buffer.from(toXgboostJson(ensemble))), sources);
    const back = attribute(written, sources);
    expect(own.rows).toBe(ROWS + 40);
    for (const name of ['margins', 'shap', 'groupShap'] as const) {
      const largest = own[name].reduce(
        (most, value, at) => Math.max(most, Math.abs(value - back[name][at])),
        0,
      );
      expect(largest, name).toBeLessThan(1e-6);
    }
    expect(back.unresolved + back.crossed).toBe(0);
  });

  it('has the classes, the names that LightGBM takes, and the length of every tree', () => {
    expect(written.link).toBe('softmax');
    expect(written.columns.map(({ name }) => name)).toEqual(['m0_p', 'm1_p', 'm2_p', 'm3_p', 'm4_p']);
    const text = toLightgbmText(ensemble);
    const sizes = /tree_sizes=(.*)/.exec(text)![1].split(' ').map(Number);
    const body = text.slice(text.indexOf('Tree=0'), text.indexOf('end of trees'));
    expect(sizes.reduce((a, b) => a + b, 0)).toBe(body.length);
    expect(body.slice(sizes[0]).startsWith('Tree=1\n')).toBe(true);
  });

  it('fills up classes with fewer trees, and refuses names that LightGBM could not tell apart', () => {
    const last = ensemble.trees.length - 1;
    const shorter = {
      ...ensemble,
      trees: ensemble.trees.slice(0, last),
      treeClass: ensemble.treeClass.slice(0, last),
    };
    const own = attribute(parseEnsemble(Buffer.from(toXgboostJson(shorter))), sources);
    const back = attribute(parseEnsemble(Buffer.from(toLightgbmText(shorter))), sources);
    expect(Math.abs(own.margins[CLASSES - 1] - back.margins[CLASSES - 1])).toBeLessThan(1e-6);
    const same = { ...ensemble, featureNames: ['a:b', 'a b', 'c', 'd', 'e'] };
    expect(() => toLightgbmText(same)).toThrow(EsciSelectError);
  });
});
