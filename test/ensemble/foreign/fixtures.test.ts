import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../../src/attribution/attribute.js';
import { createAttributor } from '../../../src/attribution/attributor.js';
import { planAttribution } from '../../../src/attribution/plan.js';
import { groupPlayers } from '../../../src/attribution/players.js';
import { encodeTable } from '../../../src/ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../../../src/ensemble/foreign/foreign-ensemble.js';
import { parseEnsemble } from '../../../src/ensemble/foreign/format.js';
import type { FeatureMatrix } from '../../../src/ensemble/tree.js';
import { EsciSelectError } from '../../../src/errors.js';
import { marginGame, shapleyByCoalitions } from '../../oracles/shapley.js';
import { caseNames, casePath, readCase } from '../foreign-case.js';
import { sourcesOf, tableOf } from './tables.js';

/** What has no exact Shapley values here, and what is said of it. */
const REFUSED: Readonly<Record<string, string>> = {
  'lightgbm-linear': 'linear_tree',
  'catboost-onehot': 'hashes',
  'catboost-ctr': 'hashes',
};
const read = caseNames('').filter(
  (name) => /^(xgboost|lightgbm|catboost|treelite)-/.test(name) && !(name in REFUSED),
);

function modelFile(name: string): string {
  return casePath(name, name.startsWith('lightgbm') ? 'model.txt' : 'model.json');
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, at) => Math.abs(value - b[at])).reduce((most, x) => Math.max(most, x), 0);
}

/** Contributions [row][output][column of the table] of the trees walked in float64, straight from the ensemble. */
function walked(foreign: ForeignEnsemble, features: FeatureMatrix) {
  const { ensemble, columns, derived } = foreign;
  const names = columns.map(({ name }) => name);
  const ofColumn = derived.map(({ source }) => source);
  const players = groupPlayers(names, ofColumn);
  const plan = planAttribution(ensemble, players);
  const out = new Float64Array(features.rows * names.length * ensemble.classes);
  attributeRows(plan, features, { from: 0, to: features.rows }, out);
  return { players, out };
}

describe('models of other engines', () => {
  it('are there as fixtures', () => {
    expect(read.length).toBeGreaterThanOrEqual(35);
  });

  it.each(read)("%s gives the engine's margins and contributions", (name) => {
    const expected = readCase(name);
    const foreign = parseEnsemble(readFileSync(modelFile(name)), name);
    const columns = foreign.columns.map((_, column) => String(column));
    const attributor = createAttributor(foreign, groupPlayers(columns, columns.map(Number)));
    const batch = attributor.attribute(sourcesOf(foreign, tableOf(expected.table)));
    expect([batch.crossed, batch.unresolved]).toEqual([0, 0]);
    const theirs = expected.margins.flat();
    expect(batch.margins.length).toBe(theirs.length);
    if (name.startsWith('xgboost')) expect([...batch.margins]).toEqual(theirs);
    expect(largestDifference(batch.margins, theirs)).toBeLessThan(1e-6);
    expect(batch.additivity.absolute).toBeLessThan(1e-6);
    // players of one column each: both quantities are the columns' SHAP values
    expect(largestDifference(batch.shap, batch.groupShap)).toBeLessThan(1e-6);
    if (expected.contribs === undefined) return;
    const byOutput = (row: number, k: number) =>
      columns.map((_, column) => batch.shap[(row * columns.length + column) * attributor.outputs + k]);
    expected.contribs.forEach((outputs, row) => {
      outputs.forEach((values, k) => {
        expect(largestDifference([...byOutput(row, k), attributor.bias[k]], values)).toBeLessThan(1e-6);
      });
    });
  });

  it.each(read.filter((name) => existsSync(casePath(name, 'model.ubj'))))(
    '%s is the same in UBJSON',
    (name) => {
      const json = parseEnsemble(readFileSync(casePath(name)), name);
      const ubj = parseEnsemble(readFileSync(casePath(name, 'model.ubj')), name);
      expect(ubj).toEqual({ ...json, format: 'xgboost-ubj' });
    },
  );

  it.each([
    'xgboost-partition',
    'xgboost-multi-output',
    'lightgbm-categorical',
    'catboost-lossguide',
    'treelite-rf',
    'treelite-lightgbm',
  ])('%s is attributed as brute force over coalitions does', (name) => {
    const expected = readCase(name);
    const foreign = parseEnsemble(readFileSync(modelFile(name)), name);
    const { features } = encodeTable(foreign, sourcesOf(foreign, tableOf(expected.table)));
    const { players, out } = walked(foreign, features);
    const { classes } = foreign.ensemble;
    const at = (row: number, k: number, column: number) =>
      out[(row * players.names.length + column) * classes + k];
    for (let row = 0; row < 2; row++) {
      const cells = features.values.subarray(row * features.columns, (row + 1) * features.columns);
      for (let k = 0; k < foreign.ensemble.classes; k++) {
        const game = marginGame(foreign.ensemble, k, cells, players.ofColumn);
        shapleyByCoalitions(game, players.names.length).forEach((value, column) => {
          expect(Math.abs(at(row, k, column) - value)).toBeLessThan(1e-9);
        });
      }
    }
  });

  it.each(Object.entries(REFUSED))('%s is refused by name', (name, words) => {
    let refused: unknown;
    try {
      parseEnsemble(readFileSync(modelFile(name)), name);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(EsciSelectError);
    expect((refused as EsciSelectError).code).toBe('model');
    expect((refused as EsciSelectError).message).toContain(words);
    expect((refused as EsciSelectError).hint).toMatch(/train/);
  });
});
