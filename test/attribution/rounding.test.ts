import { describe, expect, it } from 'vitest';
import { checkAdditivity } from '../../src/attribution/additivity.js';
import { attributeRows } from '../../src/attribution/attribute.js';
import { type PlanOptions, planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers } from '../../src/attribution/players.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import type { TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

const ROWS = 64;

/** Attributions of random rows by an ensemble, and the margins that they are to add up to. */
function attributed(classes: number, treesPerClass: number, lookup: boolean) {
  const random = createRandom(`${classes} classes`);
  const trees = classes * treesPerClass;
  const ensemble = randomEnsemble(random, { columns: 6, depth: 4, classes, trees });
  const features = randomTable(random, { rows: ROWS, columns: 6 });
  const plan = planAttribution(ensemble, featurePlayers(ensemble), { lookup });
  const attributions = new Float64Array(ROWS * 6 * classes);
  attributeRows(plan, features, { from: 0, to: ROWS }, attributions);
  const { bias, rounding } = plan;
  return { ensemble, features, input: { bias, rounding, attributions, from: 0, to: ROWS } };
}

/** The ensemble without the middle one of its trees. */
function lessOneTree(ensemble: TreeEnsemble): TreeEnsemble {
  const gone = ensemble.trees.length >> 1;
  return {
    ...ensemble,
    trees: ensemble.trees.filter((_, tree) => tree !== gone),
    treeClass: ensemble.treeClass.filter((_, tree) => tree !== gone),
  };
}

describe('what rounding explains', () => {
  it.each([
    [2, 300],
    [4, 100],
    [16, 40],
    [64, 12],
  ])(
    'holds with %i classes of %i trees each, by look-ups and walked, and never hides a tree',
    (classes, trees) => {
      for (const lookup of [true, false]) {
        const { ensemble, features, input } = attributed(classes, trees, lookup);
        const { ofRounding } = checkAdditivity({ ...input, margins: scoreMargins(ensemble, features) });
        expect(ofRounding).toBeGreaterThan(0);
        const fewer = scoreMargins(lessOneTree(ensemble), features);
        expect(() => checkAdditivity({ ...input, margins: fewer })).toThrow('do not add up');
      }
    },
  );

  it('is less where fewer trees are added up before sums go to float64', () => {
    const random = createRandom('large leaves');
    const ensemble = randomEnsemble(random, { columns: 6, depth: 3, classes: 1, trees: 192 });
    const features = randomTable(random, { rows: ROWS, columns: 6 });
    const attribute = (options: PlanOptions) => {
      const out = new Float64Array(ROWS * 6);
      const plan = planAttribution(ensemble, featurePlayers(ensemble), options);
      attributeRows(plan, features, { from: 0, to: ROWS }, out);
      return out;
    };
    const exact = attribute({ lookup: false });
    const errorOf = (mostSum?: number) => {
      const own = attribute({ lookup: true, mostSum });
      return Math.sqrt(own.reduce((sum, value, at) => sum + (value - exact[at]) ** 2, 0) / own.length);
    };
    // each tree by itself: nothing is left but the rounding of the tables
    expect(errorOf(0)).toBeLessThan(errorOf() / 2);
    expect(errorOf(Number.POSITIVE_INFINITY)).toBe(errorOf());
  });

  it('grows with the square root of the number of equal trees, and with their leaves', () => {
    const { ensemble } = attributed(2, 3, false);
    const boundOf = (own: TreeEnsemble) => planAttribution(own, featurePlayers(own)).rounding[0];
    const four = [ensemble, ensemble, ensemble, ensemble];
    const repeated = {
      ...ensemble,
      trees: four.flatMap(({ trees }) => trees),
      treeClass: Int32Array.from(four.flatMap(({ treeClass }) => [...treeClass])),
    };
    const doubled = {
      ...ensemble,
      trees: ensemble.trees.map((tree) => ({ ...tree, value: tree.value.map((value) => 2 * value) })),
    };
    const base = Math.abs(ensemble.baseScore[0]) * 2 ** -24;
    expect(boundOf(repeated) - base).toBeCloseTo(8 * (boundOf(ensemble) - base), 12);
    expect(boundOf(doubled) - base).toBeCloseTo(2 * (boundOf(ensemble) - base), 12);
  });
});
