import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePlan } from '../../src/attribution/lookup/describe.js';
import { attributeModels } from '../../src/attribution/models.js';
import { attributeModelsParallel } from '../../src/attribution/parallel.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers, groupPlayers, type Players } from '../../src/attribution/players.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import type { Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom, type Random } from '../../src/math/random.js';
import { marginGame, shapleyByCoalitions } from '../oracles/shapley.js';
import { shapleyByRecursion } from '../oracles/shapley-recursion.js';
import {
  attribute,
  checkLaws,
  distance,
  expectAdditivity,
  type Situation,
} from '../properties/attribution-laws.js';
import {
  ensembleOf,
  randomEnsemble,
  randomLeafwiseTree,
  randomTable,
  randomTree,
  rowOf,
} from '../properties/random-ensembles.js';

/** Largest difference from float64 that is allowed (issue 3); leaf values here are of size 1. */
const TOLERANCE = 2e-6;
/** Row counts around a pass of 64 rows. */
const ROW_COUNTS = [1, 63, 64, 65, 130];

const lookup = { lookup: true };

/** Trees of 25 leaves, as deep as leaf-wise growth makes them. */
function leafwiseEnsemble(
  random: Random,
  { columns, trees, zeroCover }: { columns: number; trees: number; zeroCover?: number },
): TreeEnsemble {
  const grown = Array.from({ length: trees }, () =>
    randomLeafwiseTree(random, { columns, leaves: 25, deepen: 0.5 + 0.5 * random.uniform(), zeroCover }),
  );
  return ensembleOf(grown, { classes: 1 + random.integer(4), columns, random });
}

/** As many models as need more than one table, with the columns dealt out to them. */
function randomGroups(random: Random, columns: number): Players {
  const names = Array.from({ length: 9 + random.integer(12) }, (_, model) => `model ${model}`);
  return groupPlayers(
    names,
    Array.from({ length: columns }, () => random.integer(names.length)),
  );
}

/** How many units of several tables there are. */
function factoredUnits({ ensemble, players, options }: Situation): number {
  return describePlan(planAttribution(ensemble, players, options)).lookup.factored;
}

/** Attributions of one tree by the recursion of the paper, in float64. */
function byRecursion(tree: Tree, { players, table }: Situation): number[] {
  const count = players.names.length;
  return Array.from({ length: table.rows }, (_, row) =>
    shapleyByRecursion(tree, rowOf(table, row), players.ofColumn, count),
  ).flat();
}

describe('attribution by factored units', () => {
  it.each([2, 4, 8, 16])('equals the enumeration of coalitions with tables of %i states', (lookupStates) => {
    let factored = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 6 + random.integer(4);
        const shape = { columns, depth: 6, split: 0.95, zeroCover: 0.1 };
        const ensemble = randomEnsemble(random, { ...shape, classes: 2, trees: 2 });
        const names = Array.from({ length: 5 + random.integer(4) }, (_, player) => `p${player}`);
        const players = groupPlayers(
          names,
          Array.from({ length: columns }, () => random.integer(names.length)),
        );
        const table = randomTable(random, { rows: 3, columns });
        const situation = { ensemble, players, table, options: { lookup: true, lookupStates } };
        factored += factoredUnits(situation);
        const games = Array.from({ length: 2 * table.rows }, (_, at) =>
          shapleyByCoalitions(
            marginGame(ensemble, at % 2, rowOf(table, at >> 1), players.ofColumn),
            names.length,
          ),
        );
        const expected = attribute(situation).map((_, at) => {
          const [row, player] = [Math.floor(at / (2 * names.length)), Math.floor(at / 2) % names.length];
          return games[2 * row + (at % 2)][player];
        });
        expect(distance(attribute(situation), expected)).toBeLessThan(TOLERANCE);
      }),
      { numRuns: 8 },
    );
    expect(factored).toBeGreaterThan(0);
  });

  it('equals the EXTEND / UNWIND recursion on leaf-wise trees with up to 30 players on a path', () => {
    const random = createRandom('leaf-wise');
    const trees = [
      ...[12, 16, 24, 30, 60].map((columns) => ({
        columns,
        tree: randomLeafwiseTree(random, { columns, leaves: 31, deepen: 0.9 }),
      })),
      ...[24, 30, 40].map((columns) => ({
        columns,
        tree: randomTree(random, { columns, depth: 30, chain: true }),
      })),
    ];
    let factored = 0;
    trees.forEach(({ columns, tree }, at) => {
      const ensemble = ensembleOf([tree], { classes: 1, columns });
      const table = randomTable(random, { rows: ROW_COUNTS[at % ROW_COUNTS.length], columns });
      for (const players of [featurePlayers(ensemble), randomGroups(random, columns)]) {
        const situation = { ensemble, players, table, options: lookup };
        factored += factoredUnits(situation);
        expect(distance(attribute(situation), byRecursion(tree, situation))).toBeLessThan(TOLERANCE);
      }
    });
    expect(factored).toBeGreaterThan(2 * trees.length);
  });

  it('agrees with one table per unit, and with the walk in float64, where z is 0 and values are missing', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 3 + random.integer(30);
        const ensemble = leafwiseEnsemble(random, { columns, trees: 2, zeroCover: 0.1 });
        const table = randomTable(random, { rows: ROW_COUNTS[random.integer(ROW_COUNTS.length)], columns });
        for (const players of [featurePlayers(ensemble), randomGroups(random, columns)]) {
          const exact = attribute({ ensemble, players, table });
          for (const lookupStates of [4, 32, 256, 1024]) {
            const options = { lookup: true, lookupStates };
            expect(distance(attribute({ ensemble, players, table, options }), exact)).toBeLessThan(TOLERANCE);
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  it('covers every leaf once, and says with what', () => {
    const random = createRandom('described');
    const chain = randomTree(random, { columns: 24, depth: 24, chain: true });
    const ensemble = ensembleOf([chain], { classes: 1, columns: 24 });
    const description = describePlan(planAttribution(ensemble, featurePlayers(ensemble), lookup));
    expect(description.leavesByMethod).toEqual({ table: 10, factored: 15, walk: 0 });
    // the first ten leaves in one table, of two bytes a state; then seven tests in each factor, on paths of up to 17 and 24 players
    expect(description.lookup).toMatchObject({ units: 1, factored: 2, factoredLeaves: 15 });
    expect(description.lookup.points.flatMap((units, points) => (units > 0 ? [points] : []))).toEqual([
      9, 12,
    ]);
    expect(description.lookup.operations).toBeGreaterThan(0);
    expect(description.lookup.operations).toBeLessThan(2000);
  });

  it('does not explode on a chain 1000 deep', () => {
    const random = createRandom('endless');
    const columns = 40;
    const tree = randomTree(random, { columns, depth: 1000, chain: true });
    const ensemble = ensembleOf([tree], { classes: 1, columns });
    const table = randomTable(random, { rows: 3, columns });
    const situation = { ensemble, players: featurePlayers(ensemble), table, options: lookup };
    expect(factoredUnits(situation)).toBeGreaterThan(0);
    expectAdditivity({ ...situation, tolerance: TOLERANCE });
  });
});

describe('laws of attribution by factored units', () => {
  /** Checks a law on random leaf-wise ensembles. */
  function law(name: string, check: (situation: Situation, random: Random) => void): void {
    it(name, () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const random = createRandom(seed);
          const columns = 12 + random.integer(20);
          const ensemble = leafwiseEnsemble(random, {
            columns,
            trees: 1 + random.integer(4),
            zeroCover: 0.05,
          });
          const players = random.integer(2) === 0 ? featurePlayers(ensemble) : randomGroups(random, columns);
          const table = randomTable(random, { rows: 1 + random.integer(80), columns });
          const options = { lookup: true, lookupStates: [1024, 256, 16][random.integer(3)] };
          check({ ensemble, players, table, options, tolerance: 2 * TOLERANCE }, random);
        }),
        { numRuns: 12 },
      );
    });
  }

  checkLaws(law, 70);

  it('gives the same bytes on 0, 1 and 2 threads', async () => {
    const random = createRandom('threads');
    const columns = 26;
    const trees = Array.from({ length: 4 }, () =>
      randomLeafwiseTree(random, { columns, leaves: 25, deepen: 0.9 }),
    );
    const ensemble = ensembleOf(trees, { classes: 2, columns });
    const features = randomTable(random, { rows: 17_000, columns });
    const margins = scoreMargins(ensemble, features);
    const models = Array.from({ length: 13 }, (_, model) => `model ${model}`);
    const modelOfColumn = Array.from({ length: columns }, (_, column) => column >> 1);
    const input = { ensemble, features, margins, models, modelOfColumn };
    const expected = attributeModels(input);
    for (const threads of [1, 2]) {
      expect(await attributeModelsParallel({ ...input, threads })).toEqual(expected);
    }
  });
});
