import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { collectCuts } from '../../src/attribution/cuts.js';
import { describePlan } from '../../src/attribution/lookup/describe.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers, groupPlayers, type Players } from '../../src/attribution/players.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom, type Random } from '../../src/math/random.js';
import {
  attribute,
  distance,
  expectBlockInvariance,
  expectDummy,
  expectRowOrderInvariance,
} from '../properties/attribution-laws.js';
import { ensembleOf, randomEnsemble, randomTable, randomTree } from '../properties/random-ensembles.js';

/** Largest difference between the float32 tables and the walk in float64 that is allowed (issue 3). */
const TOLERANCE = 2e-6;

const options = { lookup: true };

/** Both methods agree on the rows. */
function expectAgreement(ensemble: TreeEnsemble, players: Players, table: FeatureMatrix): void {
  const exact = attribute({ ensemble, players, table });
  expect(distance(attribute({ ensemble, players, table, options }), exact)).toBeLessThan(TOLERANCE);
}

/** The trees with thresholds drawn anew from many values. */
function withManyCuts(random: Random, ensemble: TreeEnsemble): TreeEnsemble {
  const trees = ensemble.trees.map((tree) => ({
    ...tree,
    threshold: tree.threshold.map(() => 4 * random.uniform() - 2),
  }));
  return { ...ensemble, trees };
}

/** Values between, on and beyond the thresholds, some missing. */
function manyValues(random: Random, ensemble: TreeEnsemble, rows: number): FeatureMatrix {
  const table = randomTable(random, { rows, columns: ensemble.featureNames.length });
  const cuts = ensemble.trees.flatMap((tree) => [...tree.threshold]);
  const values = table.values.map((value) => {
    if (Number.isNaN(value)) return value;
    return random.integer(2) === 0 ? 4 * random.uniform() - 2 : cuts[random.integer(cuts.length)];
  });
  return { ...table, values };
}

describe('attribution by look-ups', () => {
  it('equals the walk in float64 on random ensembles, whatever is missing', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = createRandom(seed);
        const columns = 1 + random.integer(12);
        const shape = { columns, depth: 1 + random.integer(8), zeroCover: 0.1 };
        const classes = 2 + random.integer(9);
        const ensemble = randomEnsemble(random, { ...shape, classes, trees: 1 + random.integer(14) });
        const table = randomTable(random, { rows: 1 + random.integer(150), columns });
        const names = ['a', 'b', '__proto__', 'd', 'unused'].slice(0, 1 + random.integer(5));
        const ofColumn = Array.from({ length: columns }, () => random.integer(names.length));
        expectAgreement(ensemble, featurePlayers(ensemble), table);
        expectAgreement(ensemble, groupPlayers(names, ofColumn), table);
      }),
      { numRuns: 60 },
    );
  });

  it('equals them where there are more players than registers hold', () => {
    const random = createRandom('many players');
    for (const columns of [24, 25, 27, 60, 101]) {
      // more trees of a class than are added up together
      const ensemble = randomEnsemble(random, { columns, depth: 6, classes: 2, trees: 70 });
      const table = randomTable(random, { rows: 130, columns });
      expectAgreement(ensemble, featurePlayers(ensemble), table);
    }
  });

  it('equals them where columns without missing values are known', () => {
    const random = createRandom('complete');
    for (let turn = 0; turn < 20; turn++) {
      const ensemble = randomEnsemble(random, { columns: 4, depth: 6, classes: 2, trees: 6 });
      const players = featurePlayers(ensemble);
      const table = randomTable(random, { rows: 70, columns: 4, missing: 0 });
      for (let row = 0; row < 70; row += 3) table.values[row * 4 + 2] = Number.NaN;
      const exact = attribute({ ensemble, players, table });
      const missing = Uint8Array.of(0, 0, 1, 0);
      const found = attribute({ ensemble, players, table, options: { lookup: true, missing } });
      expect(distance(found, exact)).toBeLessThan(TOLERANCE);
    }
  });

  it('equals them on tables of ten thousand columns, and gives up where codes have no room', () => {
    const random = createRandom('wide');
    const columns = 10_000;
    const ensemble = randomEnsemble(random, { columns, depth: 5, classes: 2, trees: 8 });
    expectAgreement(ensemble, featurePlayers(ensemble), randomTable(random, { rows: 200, columns }));
    const wider = { ...ensemble, featureNames: Array.from({ length: 70_000 }, (_, column) => `${column}`) };
    expect(planAttribution(wider, featurePlayers(wider), options).lookup).toBeNull();
  });

  it('refuses missing values in columns that it was told have none', () => {
    const ensemble = randomEnsemble(createRandom(1), { columns: 1, depth: 2, classes: 1, trees: 4 });
    const table = { rows: 1, columns: 1, names: ['column 0'], values: Float32Array.of(Number.NaN) };
    const told = { lookup: true, missing: Uint8Array.of(0) };
    expect(() => attribute({ ensemble, players: featurePlayers(ensemble), table, options: told })).toThrow(
      'column 0 has missing values, the plan is for none',
    );
  });

  it.each([3, 24, 25, 60])('serves %i columns', (columns) => {
    const random = createRandom(`columns ${columns}`);
    const ensemble = randomEnsemble(random, { columns, depth: 6, classes: 3, trees: 9 });
    expectAgreement(ensemble, featurePlayers(ensemble), randomTable(random, { rows: 65, columns }));
  });

  it('codes trees in groups where columns have more cuts than a byte', () => {
    const random = createRandom('cuts');
    const shape = { columns: 2, depth: 7, split: 1, classes: 2, trees: 8 };
    const ensemble = withManyCuts(random, randomEnsemble(random, shape));
    const players = featurePlayers(ensemble);
    const { lookup } = describePlan(planAttribution(ensemble, players, options));
    expect(lookup.groups).toBeGreaterThan(1);
    expectAgreement(ensemble, players, manyValues(random, ensemble, 200));
  });

  it('divides a tree with more cuts than a byte among groups', () => {
    const random = createRandom('wide');
    const wide = randomTree(random, { columns: 1, depth: 10, split: 1 });
    const chain = randomTree(random, { columns: 40, depth: 30, chain: true });
    const small = randomTree(random, { columns: 40, depth: 3 });
    const ensemble = withManyCuts(random, ensembleOf([wide, chain, small], { classes: 1, columns: 40 }));
    const players = featurePlayers(ensemble);
    const description = describePlan(planAttribution(ensemble, players, options));
    expect(description.leavesByMethod.walk).toBe(0);
    expect(description.lookup.groups).toBeGreaterThan(1);
    expectAgreement(ensemble, players, manyValues(random, ensemble, 200));
  });

  it('divides a table of 256 states that has more cuts than a byte tells apart', () => {
    const random = createRandom('limit');
    const tree = randomTree(random, { columns: 1, depth: 8, split: 1 });
    const ensemble = withManyCuts(random, ensembleOf([tree], { classes: 1, columns: 1 }));
    const players = featurePlayers(ensemble);
    const table = manyValues(random, ensemble, 300);
    const values = table.values.map((value) => (Number.isNaN(value) ? 0 : value));
    const situation = { ensemble, players, table: { ...table, values } };
    const complete = { lookup: true, missing: Uint8Array.of(0) };
    expect(describePlan(planAttribution(ensemble, players, complete)).lookup.units).toBe(2);
    expect(distance(attribute({ ...situation, options: complete }), attribute(situation))).toBeLessThan(
      TOLERANCE,
    );
  });

  it('takes 65,535 cuts of a column', () => {
    const random = createRandom('most');
    const shape = { columns: 1, depth: 12, split: 1, classes: 2, trees: 17 };
    const ensemble = withManyCuts(random, randomEnsemble(random, shape));
    expect(collectCuts(ensemble).values.length).toBeGreaterThan(65_535);
    expectAgreement(ensemble, featurePlayers(ensemble), manyValues(random, ensemble, 3));
  });

  it('makes units smaller, then gives look-ups up, to keep to a budget of bytes', () => {
    const random = createRandom('budget');
    const ensemble = randomEnsemble(random, { columns: 12, depth: 6, split: 1, classes: 2, trees: 4 });
    const players = featurePlayers(ensemble);
    const table = randomTable(random, { rows: 80, columns: 12 });
    const exact = attribute({ ensemble, players, table });
    const described = (lookupBytes?: number) => {
      const tight = { lookup: true, lookupBytes };
      expect(distance(attribute({ ensemble, players, table, options: tight }), exact)).toBeLessThan(
        TOLERANCE,
      );
      return describePlan(planAttribution(ensemble, players, tight));
    };
    const whole = described().lookup;
    const half = described(whole.bytes / 2).lookup;
    expect(half.mostStates).toBeLessThan(whole.mostStates);
    expect(half.bytes).toBeLessThanOrEqual(whole.bytes / 2);
    expect(half.units).toBeGreaterThan(0);
    const none = described(0);
    expect(none.lookup).toMatchObject({ units: 0, factored: 0, bytes: 0, mostStates: 0, groups: 0 });
    expect(none.leavesByMethod.walk).toBe(none.leaves);
  });

  it('gives a row the same bytes wherever it stands, over several blocks', () => {
    const random = createRandom('rows');
    const ensemble = randomEnsemble(random, { columns: 3, depth: 5, classes: 2, trees: 4 });
    const players = featurePlayers(ensemble);
    const table = randomTable(random, { rows: 20_000, columns: 3 });
    const situation = { ensemble, players, table, options };
    expectBlockInvariance(situation, 7001);
    expectRowOrderInvariance(situation, random.shuffle([...Array(20_000).keys()]));
    expectAgreement(ensemble, players, table);
  });

  it('gives players that are not tested exactly 0', () => {
    const random = createRandom('dummy');
    const ensemble = randomEnsemble(random, { columns: 4, depth: 4, classes: 2, trees: 4 });
    const players = groupPlayers(['a', 'idle', 'b'], [0, 2, 2, 0]);
    expectDummy({ ensemble, players, table: randomTable(random, { rows: 100, columns: 4 }), options });
  });

  it('attributes a tree of one leaf, and no rows', () => {
    const leaf: Tree = randomTree(createRandom(3), { columns: 2, depth: 0 });
    const ensemble = ensembleOf([leaf], { classes: 1, columns: 2 });
    const table = randomTable(createRandom(4), { rows: 3, columns: 2 });
    expect([...attribute({ ensemble, players: featurePlayers(ensemble), table, options })]).toEqual(
      new Array(6).fill(0),
    );
    const plan = planAttribution(ensemble, featurePlayers(ensemble), options);
    attributeRows(plan, table, { from: 1, to: 1 }, new Float64Array(0));
  });
});
