import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { describePlan } from '../../src/attribution/lookup/describe.js';
import { packPlan, unpackPlan } from '../../src/attribution/packed-plan.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { planGamesParallel } from '../../src/attribution/plan-parallel.js';
import type { AttributionPlan, PlanOptions } from '../../src/attribution/plan-types.js';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { attributeRowsParallel } from '../../src/attribution/rows-parallel.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom, type Random } from '../../src/math/random.js';
import { marginGame, shapleyByCoalitions } from '../oracles/shapley.js';
import { attribute, distance } from '../properties/attribution-laws.js';
import {
  ensembleOf,
  randomTable,
  randomTree,
  rowOf,
  type TreeShape,
} from '../properties/random-ensembles.js';

/** Largest difference of float32 tables from exact values that is allowed. */
const TOLERANCE = 2e-6;

interface RoundsShape extends TreeShape {
  readonly classes: number;
  readonly rounds: number;
  /** thresholds of which hardly two are alike */
  readonly manyCuts?: boolean;
}

/** A round's trees: one structure, of which every other class has a copy, and values of each class. */
function roundOf(random: Random, { manyCuts, classes, ...shape }: RoundsShape): Tree[] {
  const drawn = randomTree(random, shape);
  const threshold = manyCuts ? drawn.threshold.map(() => random.normal()) : drawn.threshold;
  const tree = { ...drawn, threshold };
  return Array.from({ length: classes }, (_, k) => ({
    ...(k % 2 === 0 ? tree : structuredClone(tree)),
    value: tree.value.map((_, node) => (tree.left[node] < 0 ? random.normal() : 0)),
  }));
}

function vectorEnsemble(random: Random, shape: RoundsShape): TreeEnsemble {
  const trees = Array.from({ length: shape.rounds }, () => roundOf(random, shape)).flat();
  return ensembleOf(trees, { ...shape, random });
}

/** The plan whose trees have no states in common, so that each finds its own. */
function apart(plan: AttributionPlan): AttributionPlan {
  const groups = plan.lookup!.groups.map(({ cuts, trees }) => ({
    cuts,
    trees: trees.map((tree) => ({ ...tree, program: tree.program.slice() })),
  }));
  return { ...plan, lookup: { ...plan.lookup!, groups } };
}

/** The ensemble with leaves that differ in what nobody reads, so that no two trees count as one structure. */
function told(ensemble: TreeEnsemble): TreeEnsemble {
  const trees = ensemble.trees.map((tree, at) => ({
    ...tree,
    threshold: tree.threshold.map((value, node) => (tree.left[node] < 0 ? at : value)),
  }));
  return { ...ensemble, trees };
}

function attributions(plan: AttributionPlan, table: FeatureMatrix): Float64Array {
  const out = new Float64Array(table.rows * plan.players.names.length * plan.classes);
  attributeRows(plan, table, { from: 0, to: table.rows }, out);
  return out;
}

/** toEqual takes seconds for a million values. */
function expectBytes(some: Float64Array, expected: Float64Array): void {
  expect(Buffer.compare(Buffer.from(some.buffer), Buffer.from(expected.buffer))).toBe(0);
}

const four = groupPlayers(['a', 'b', 'c', 'd'], [0, 1, 2, 3]);

const repeatedIn = (plan: AttributionPlan) => describePlan(plan).lookup.repeated;

const cases: readonly {
  readonly name: string;
  readonly shape: RoundsShape;
  readonly rows: number;
  readonly options?: PlanOptions;
}[] = [
  { name: 'few players', shape: { columns: 5, depth: 6, classes: 4, rounds: 20 }, rows: 300 },
  { name: 'more than a block of rows', shape: { columns: 8, depth: 4, classes: 3, rounds: 5 }, rows: 16_500 },
  {
    name: 'as many players as registers hold',
    shape: { columns: 24, depth: 6, classes: 2, rounds: 70 },
    rows: 130,
  },
  { name: 'groups of players', shape: { columns: 61, depth: 6, classes: 5, rounds: 20 }, rows: 4200 },
  {
    name: 'factored leaves',
    shape: { columns: 15, depth: 15, chain: true, classes: 3, rounds: 4 },
    rows: 200,
  },
  {
    name: 'factored leaves and groups',
    shape: { columns: 40, depth: 18, chain: true, classes: 3, rounds: 4 },
    rows: 200,
  },
  {
    name: 'several groups of codes',
    shape: { columns: 3, depth: 7, classes: 3, rounds: 40, manyCuts: true },
    rows: 300,
  },
  {
    name: 'runs that end in each class elsewhere',
    shape: { columns: 6, depth: 5, classes: 3, rounds: 60 },
    rows: 200,
    options: { mostSum: 7 },
  },
  { name: 'one class', shape: { columns: 6, depth: 5, classes: 1, rounds: 10 }, rows: 200 },
];

describe('look-ups of rounds of vector leaves', () => {
  it.each(cases)('gives the bytes of trees apart: $name', ({ name, shape, rows, options }) => {
    const random = createRandom(name);
    const ensemble = vectorEnsemble(random, shape);
    const table = randomTable(random, { rows, columns: shape.columns });
    const players = featurePlayers(ensemble);
    const plan = planAttribution(ensemble, players, { ...options, lookup: true });
    const found = attributions(plan, table);
    expect(repeatedIn(plan)).toBe((shape.classes - 1) * shape.rounds);
    expect(repeatedIn(apart(plan))).toBe(0);
    expectBytes(attributions(apart(plan), table), found);
    const alone = planAttribution(told(ensemble), players, { ...options, lookup: true });
    expect(repeatedIn(alone)).toBe(0);
    expectBytes(attributions(alone, table), found);
    expect(distance(found, attribute({ ensemble, players, table }))).toBeLessThan(4 * TOLERANCE);
  });

  it('met each case', () => {
    const plans = cases.map(({ name, shape }) => {
      const ensemble = vectorEnsemble(createRandom(name), shape);
      return describePlan(planAttribution(ensemble, featurePlayers(ensemble), { lookup: true })).lookup;
    });
    const met = (name: string) => plans[cases.findIndex((one) => one.name === name)];
    expect(met('factored leaves').factored).toBeGreaterThan(0);
    expect(met('factored leaves and groups').factored).toBeGreaterThan(0);
    expect(met('several groups of codes').groups).toBeGreaterThan(1);
  });

  it('equals the enumeration of all coalitions', () => {
    const random = createRandom('coalitions');
    const ensemble = vectorEnsemble(random, { columns: 7, depth: 5, zeroCover: 0.1, classes: 3, rounds: 4 });
    const players = groupPlayers(['a', 'b', 'c', 'd', 'e'], [0, 1, 2, 3, 4, 0, 1]);
    const table = randomTable(random, { rows: 20, columns: 7 });
    const plan = planAttribution(ensemble, players, { lookup: true });
    expect(repeatedIn(plan)).toBe(8);
    const expected = new Float64Array(20 * 5 * 3);
    for (let row = 0; row < 20; row++) {
      for (let k = 0; k < 3; k++) {
        const game = marginGame(ensemble, k, rowOf(table, row), players.ofColumn);
        shapleyByCoalitions(game, 5).forEach((value, player) => {
          expected[(row * 5 + player) * 3 + k] = value;
        });
      }
    }
    expect(distance(attributions(plan, table), expected)).toBeLessThan(TOLERANCE);
  });

  it('are found together among trees of other structures, in any order of classes', () => {
    const random = createRandom('mixed');
    const shape = { columns: 6, depth: 5, classes: 3, rounds: 1 };
    const rounds = Array.from({ length: 12 }, (_, at) =>
      at % 3 === 0 ? [0, 1, 2].map(() => randomTree(random, shape)) : roundOf(random, shape),
    );
    const ensemble = ensembleOf(rounds.flat(), { ...shape, random });
    const turned = { ...ensemble, treeClass: ensemble.treeClass.map((k, at) => (at % 2 === 0 ? 2 - k : k)) };
    const table = randomTable(random, { rows: 100, columns: 6 });
    for (const one of [ensemble, turned]) {
      const plan = planAttribution(one, featurePlayers(one), { lookup: true });
      expect(repeatedIn(plan)).toBe(16);
      expectBytes(attributions(plan, table), attributions(apart(plan), table));
      const exact = attribute({ ensemble: one, players: featurePlayers(one), table });
      expect(distance(attributions(plan, table), exact)).toBeLessThan(TOLERANCE);
    }
  });

  it.each(['cover', 'defaultLeft', 'threshold', 'feature'] as const)(
    'are not taken for one where trees differ in their %s',
    (part) => {
      const random = createRandom(part);
      const [tree, other] = roundOf(random, { columns: 4, depth: 4, split: 1, classes: 2, rounds: 1 });
      const changed = {
        cover: { cover: other.cover.map((cover, node) => (node === 0 ? 2 * cover : cover)) },
        defaultLeft: { defaultLeft: other.defaultLeft.map((way, node) => (node === 0 ? 1 - way : way)) },
        threshold: { threshold: other.threshold.map((cut, node) => (node === 0 ? cut + 0.25 : cut)) },
        feature: { feature: other.feature.map((column, node) => (node === 0 ? (column + 1) % 4 : column)) },
      }[part];
      const shape = { classes: 2, columns: 4, random };
      expect(repeatedIn(planAttribution(ensembleOf([tree, other], shape), four, { lookup: true }))).toBe(1);
      const ensemble = ensembleOf([tree, { ...other, ...changed }], shape);
      const table = randomTable(random, { rows: 80, columns: 4 });
      const plan = planAttribution(ensemble, four, { lookup: true });
      expect(repeatedIn(plan)).toBe(0);
      expect(distance(attributions(plan, table), attribute({ ensemble, players: four, table }))).toBeLessThan(
        TOLERANCE,
      );
    },
  );

  it('are the same from threads, which no round is divided among', async () => {
    const random = createRandom('threads');
    const ensemble = vectorEnsemble(random, { columns: 9, depth: 6, classes: 7, rounds: 30 });
    const players = featurePlayers(ensemble);
    const table = randomTable(random, { rows: 5000, columns: 9 });
    const alone = planAttribution(ensemble, players, { lookup: true });
    const expected = attributions(alone, table);
    // threads wait after this, so that the few trees are worth telling them of
    expectBytes(await attributeRowsParallel(alone, table, { threads: 3 }), expected);
    const [plan] = await planGamesParallel(ensemble, [players], { lookup: true }, { threads: 3 });
    const sent = unpackPlan(packPlan(plan));
    for (const one of [alone, plan, sent]) expect(repeatedIn(one)).toBe(6 * 30);
    expectBytes(attributions(plan, table), expected);
    expectBytes(attributions(sent, table), expected);
    const { programs } = packPlan(plan).lookup!.trees;
    expect(programs.length).toBe(packPlan(apart(plan)).lookup!.trees.programs.length / 7);
  });
});
