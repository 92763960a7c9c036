import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featurePlayers, groupPlayers, type Players } from '../../src/attribution/players.js';
import type { FeatureMatrix, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { marginGame, shapleyByCoalitions, shapleyByOrders } from '../oracles/shapley.js';
import { shapleyByRecursion } from '../oracles/shapley-recursion.js';
import { attribute, distance, ROUNDING } from '../properties/attribution-laws.js';
import {
  ensembleOf,
  randomEnsemble,
  randomTable,
  randomTree,
  rowOf,
} from '../properties/random-ensembles.js';

/** Attributions [row][player][class] by the definition. */
function byDefinition(
  { ensemble, players, table }: { ensemble: TreeEnsemble; players: Players; table: FeatureMatrix },
  shapley: typeof shapleyByOrders,
): Float64Array {
  const count = players.names.length;
  const out = new Float64Array(table.rows * count * ensemble.classes);
  for (let row = 0; row < table.rows; row++) {
    for (let k = 0; k < ensemble.classes; k++) {
      const game = marginGame(ensemble, k, rowOf(table, row), players.ofColumn);
      shapley(game, count).forEach((value, player) => {
        out[(row * count + player) * ensemble.classes + k] = value;
      });
    }
  }
  return out;
}

describe('attribution by walking the trees', () => {
  it('equals the mean over all orders of arrival on random trees', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 1 + random.integer(5);
        const shape = { columns, depth: 1 + random.integer(5), zeroCover: 0.15 };
        const ensemble = randomEnsemble(random, { ...shape, classes: 2, trees: 3 });
        const table = randomTable(random, { rows: 4, columns });
        const situation = { ensemble, players: featurePlayers(ensemble), table };
        expect(distance(attribute(situation), byDefinition(situation, shapleyByOrders))).toBeLessThan(
          ROUNDING,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('equals the enumeration of all coalitions where players own several columns', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 2 + random.integer(7);
        const names = ['a', 'b', '__proto__', 'd', 'unused'].slice(0, 1 + random.integer(5));
        const ensemble = randomEnsemble(random, { columns, depth: 5, zeroCover: 0.15, classes: 3, trees: 3 });
        const ofColumn = Array.from({ length: columns }, () => random.integer(names.length));
        const table = randomTable(random, { rows: 4, columns });
        const situation = { ensemble, players: groupPlayers(names, ofColumn), table };
        expect(distance(attribute(situation), byDefinition(situation, shapleyByCoalitions))).toBeLessThan(
          ROUNDING,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('equals the EXTEND / UNWIND recursion on trees of depth 10 with 20 columns', () => {
    const random = createRandom('medium trees');
    for (let turn = 0; turn < 3; turn++) {
      const tree = randomTree(random, { columns: 20, depth: 10, split: 0.85 });
      expectRecursion(tree, 20);
    }
  });

  it('equals the recursion on a chain 24 deep with 24 columns, and 45 deep with 40', () => {
    const random = createRandom('chains');
    expectRecursion(randomTree(random, { columns: 24, depth: 24, chain: true }), 24);
    expectRecursion(randomTree(random, { columns: 40, depth: 45, chain: true }), 40);
  });

  function expectRecursion(tree: ReturnType<typeof randomTree>, columns: number): void {
    const random = createRandom('rows');
    const ensemble = ensembleOf([tree], { classes: 1, columns });
    const table = randomTable(random, { rows: 6, columns });
    const players = featurePlayers(ensemble);
    const expected = Array.from({ length: table.rows }, (_, row) =>
      shapleyByRecursion(tree, rowOf(table, row), players.ofColumn, columns),
    ).flat();
    expect(distance(attribute({ ensemble, players, table }), expected)).toBeLessThan(ROUNDING);
  }
});
