import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { describePlan } from '../../src/attribution/lookup/describe.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import type { Tree } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { marginGame } from '../oracles/shapley.js';
import { ensembleOf, randomEnsemble, randomTable, randomTree } from '../properties/random-ensembles.js';

/** column 0 < 0.5 ? (column 1 < 2 ? 1 : 2) : (column 0 < 3 ? 3 : 4), covers 10 = 4 (1 + 3) + 6 (6 + 0) */
const TREE: Tree = {
  left: Int32Array.of(1, 3, 5, -1, -1, -1, -1),
  right: Int32Array.of(2, 4, 6, -1, -1, -1, -1),
  feature: Int32Array.of(0, 1, 0, 0, 0, 0, 0),
  threshold: Float32Array.of(0.5, 2, 3, 0, 0, 0, 0),
  defaultLeft: Uint8Array.of(1, 0, 1, 0, 0, 0, 0),
  value: Float32Array.of(0, 0, 0, 1, 2, 3, 4),
  cover: Float32Array.of(10, 4, 6, 1, 3, 6, 0),
  gain: new Float32Array(7),
};

describe('planAttribution', () => {
  it('lays out a tree: paths, and shares of players that are met again', () => {
    const ensemble = ensembleOf([TREE], { classes: 1, columns: 2 });
    const plan = planAttribution(ensemble, featurePlayers(ensemble));
    const [tree] = plan.trees;
    expect([...tree.parent]).toEqual([-1, 0, 0, 1, 1, 2, 2]);
    expect([...tree.pathPlayers]).toEqual([0, 1, 1, 2, 2, 1, 1]);
    expect([...tree.above]).toEqual([-1, -1, 0, -1, -1, -1, -1]);
    expect([...tree.aboveLeft]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect([...tree.share]).toEqual([1, 0.4, 0.6, 0.25, 0.75, 1, 0]);
    expect([...tree.shareAbove]).toEqual([1, 1, 0.6, 1, 1, 1, 1]);
    expect(tree.points).toBe(1);
    expect(plan.bias[0]).toBeCloseTo(0.4 * 0.25 * 1 + 0.4 * 0.75 * 2 + 0.6 * 3, 14);
  });

  it('has the worth of the empty coalition as bias', () => {
    const random = createRandom(5);
    const ensemble = randomEnsemble(random, { columns: 4, depth: 5, zeroCover: 0.2, classes: 3, trees: 7 });
    const { bias } = planAttribution(ensemble, featurePlayers(ensemble));
    for (let k = 0; k < 3; k++) {
      const empty = marginGame(ensemble, k, [0, 0, 0, 0], [0, 1, 2, 3])(new Set());
      expect(Math.abs(bias[k] - empty)).toBeLessThan(1e-12);
    }
  });

  it('is described by counts', () => {
    const random = createRandom(6);
    const deep = randomTree(random, { columns: 40, depth: 40, chain: true });
    const ensemble = ensembleOf([TREE, deep], { classes: 1, columns: 40 });
    const description = describePlan(planAttribution(ensemble, featurePlayers(ensemble)));
    expect(description).toMatchObject({ trees: 2, leaves: 45, players: 40, classes: 1 });
    expect(description.leavesByPlayers.slice(0, 4)).toEqual([0, 2 + 1, 2 + 1, 1]);
    expect(description.leavesByPlayers[40]).toBe(2);
    expect(description.leavesByMethod).toEqual({ table: 0, factored: 0, walk: 45 });
    expect(description.lookup).toMatchObject({ units: 0, factored: 0, bytes: 0 });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('survives structured cloning, as workers need', () => {
    const random = createRandom(7);
    const ensemble = randomEnsemble(random, { columns: 4, depth: 4, classes: 2, trees: 3 });
    const table = randomTable(random, { rows: 5, columns: 4 });
    const plan = planAttribution(ensemble, featurePlayers(ensemble));
    const [here, there] = [new Float64Array(40), new Float64Array(40)];
    attributeRows(plan, table, { from: 0, to: 5 }, here);
    attributeRows(structuredClone(plan), table, { from: 0, to: 5 }, there);
    expect(there).toEqual(here);
  });

  it('attributes ensembles of single leaves, of no trees and of no rows', () => {
    const leaf = randomTree(createRandom(8), { columns: 2, depth: 0 });
    const table = randomTable(createRandom(9), { rows: 2, columns: 2 });
    for (const trees of [[leaf, leaf], []]) {
      const ensemble = ensembleOf(trees, { classes: 1, columns: 2 });
      const plan = planAttribution(ensemble, featurePlayers(ensemble));
      const out = new Float64Array(4).fill(9);
      attributeRows(plan, table, { from: 0, to: 2 }, out);
      expect([...out]).toEqual([0, 0, 0, 0]);
      expect(plan.bias[0]).toBeCloseTo(trees.length * leaf.value[0], 12);
      attributeRows(plan, table, { from: 1, to: 1 }, new Float64Array(0));
    }
  });

  it('refuses players of other columns', () => {
    const ensemble = ensembleOf([TREE], { classes: 1, columns: 2 });
    expect(() => planAttribution(ensemble, groupPlayers(['a'], [0]))).toThrow(
      'players are given for 1 columns, the ensemble has 2',
    );
  });

  it.each([
    ['cover', Float32Array.of(10, -1, 6, 1, 3, 6, 0), 'tree 0 node 1 has cover -1'],
    ['cover', Float32Array.of(10, 4, Number.NaN, 1, 3, 6, 0), 'tree 0 node 2 has cover NaN'],
    [
      'cover',
      Float32Array.of(10, 4, 9e15, 1, 3, 6, 0),
      'tree 0 node 2 has cover 8999999815811072, its parent only 10',
    ],
    [
      'cover',
      Float32Array.of(Number.POSITIVE_INFINITY, 4, 6, 1, 3, 6, 0),
      'tree 0 node 0 has cover Infinity',
    ],
    ['feature', Int32Array.of(0, 2, 0, 0, 0, 0, 0), 'tree 0 node 1 tests column 2, expected 0 to 1'],
    [
      'threshold',
      Float32Array.of(0, 1, Number.NaN, 0, 0, 0, 0),
      'node 2 has a threshold that is not a number',
    ],
    ['right', Int32Array.of(2, 4, 7, -1, -1, -1, -1), 'tree 0 node 2 has child 7, expected 3 to 6'],
    ['left', Int32Array.of(1, 0, 5, -1, -1, -1, -1), 'tree 0 node 1 has child 0, expected 2 to 6'],
  ])('refuses a tree with a broken %s', (field, values, message) => {
    const ensemble = ensembleOf([{ ...TREE, [field]: values }], { classes: 1, columns: 2 });
    expect(() => planAttribution(ensemble, featurePlayers(ensemble))).toThrow(message);
  });

  it('refuses tables and outputs of another shape', () => {
    const ensemble = ensembleOf([TREE], { classes: 1, columns: 2 });
    const plan = planAttribution(ensemble, featurePlayers(ensemble));
    const wide = randomTable(createRandom(1), { rows: 2, columns: 3 });
    const table = randomTable(createRandom(1), { rows: 2, columns: 2 });
    expect(() => attributeRows(plan, wide, { from: 0, to: 2 }, new Float64Array(4))).toThrow(
      'the table has 3 columns',
    );
    expect(() => attributeRows(plan, table, { from: 0, to: 2 }, new Float64Array(5))).toThrow('expected 4');
    expect(() => attributeRows(plan, table, { from: 0, to: 3 }, new Float64Array(6))).toThrow('rows 0 to 3');
  });
});
