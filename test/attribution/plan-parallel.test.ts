import { beforeEach, describe, expect, it } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { describePlan } from '../../src/attribution/lookup/describe.js';
import { joinParts, outlineLookups } from '../../src/attribution/lookup/plan.js';
import { packPlan, planOf, unpackPlan } from '../../src/attribution/packed-plan.js';
import { packTrees, unpackTrees } from '../../src/attribution/packed-trees.js';
import { planAttribution } from '../../src/attribution/plan.js';
import {
  ATTRIBUTION_THREADS,
  inOrder,
  planGamesParallel,
  planSome,
  planTask,
} from '../../src/attribution/plan-parallel.js';
import type { AttributionPlan, PlanOptions } from '../../src/attribution/plan-types.js';
import { featurePlayers, groupPlayers } from '../../src/attribution/players.js';
import { attributeRowsParallel } from '../../src/attribution/rows-parallel.js';
import type { TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { idleThreads } from '../../src/threads/idle-threads.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

const COLUMNS = 8;

function ensembleOf(trees: number, depth: number, split?: number): TreeEnsemble {
  const shape = { columns: COLUMNS, depth, split, classes: 3, trees };
  return randomEnsemble(createRandom(`${trees} trees`), shape);
}

function gamesOf(ensemble: TreeEnsemble) {
  const owners = Int32Array.from({ length: COLUMNS }, (_, column) => column % 3);
  return [featurePlayers(ensemble), groupPlayers(['a', 'b', 'c'], owners)];
}

/** Everything but where memory is. */
function contents(plan: AttributionPlan) {
  const plain = <Values extends Float32Array | Int32Array>(values: Values) => [...values];
  const groups = plan.lookup?.groups.map(({ cuts, trees }) => ({
    cuts: { start: plain(cuts.start), values: plain(cuts.values) },
    trees: trees.map(({ program, tables, vectors, joints, ...rest }) => ({
      ...rest,
      arrays: [program, tables, vectors, joints].map(plain),
    })),
  }));
  return { ...plan, lookup: plan.lookup && { ...plan.lookup, groups } };
}

/** The same trees with thresholds of which hardly two are alike. */
function withManyCuts(ensemble: TreeEnsemble): TreeEnsemble {
  const random = createRandom('cuts');
  const trees = ensemble.trees.map((tree) => ({
    ...tree,
    threshold: tree.threshold.map(() => random.normal()),
  }));
  return { ...ensemble, trees };
}

const MANY = ensembleOf(80, 6);
const bytesOf = (plan: AttributionPlan) => describePlan(plan).lookup.bytes;
const BYTES = bytesOf(planAttribution(MANY, featurePlayers(MANY), { lookup: true }));

const cases: readonly { name: string; ensemble: TreeEnsemble; options: PlanOptions }[] = [
  { name: 'many trees', ensemble: MANY, options: { lookup: true } },
  {
    name: 'a budget that makes units small',
    ensemble: MANY,
    options: { lookup: true, lookupBytes: BYTES / 2 },
  },
  { name: 'a budget for nothing', ensemble: MANY, options: { lookup: true, lookupBytes: 1000 } },
  { name: 'several groups of codes', ensemble: withManyCuts(MANY), options: { lookup: true } },
  {
    name: 'trees of more cuts than a code tells apart',
    ensemble: withManyCuts(ensembleOf(1, 12, 1)),
    options: { lookup: true },
  },
  { name: 'no look-ups', ensemble: MANY, options: {} },
];

/** Has threads start and wait: few trees are not worth starting threads for. */
async function keepThreads(): Promise<void> {
  const plan = planAttribution(MANY, featurePlayers(MANY), { lookup: true });
  await attributeRowsParallel(plan, randomTable(createRandom('rows'), { rows: 3000, columns: COLUMNS }), {
    threads: 3,
  });
  expect(idleThreads(ATTRIBUTION_THREADS)).toBeGreaterThan(0);
}

describe('planning on threads', () => {
  beforeEach(keepThreads);

  it.each(cases)('gives the same plans as alone: $name', async ({ ensemble, options }) => {
    const games = gamesOf(ensemble);
    const alone = games.map((players) => contents(planAttribution(ensemble, players, options)));
    for (const threads of [1, 3]) {
      const plans = await planGamesParallel(ensemble, games, options, { threads });
      expect(plans.map(contents)).toEqual(alone);
    }
  });

  it('met each case', () => {
    const plans = cases.map(({ ensemble, options }) =>
      planAttribution(ensemble, featurePlayers(ensemble), options),
    );
    const states = plans.map((plan) => describePlan(plan).lookup.mostStates);
    expect(states[0]).toBe(1024);
    expect(states[1]).toBeGreaterThanOrEqual(16);
    expect(states[1]).toBeLessThan(1024);
    expect(plans[2].lookup).toBeNull();
    const groups = plans.map(({ lookup }) => lookup?.groups ?? []);
    expect(groups[3].length).toBeGreaterThan(1);
    expect(groups[3].flatMap(({ trees }) => trees)).toHaveLength(MANY.trees.length);
    const divided = groups[4].flatMap(({ trees }) => trees).length;
    expect(divided).toBeGreaterThan(cases[4].ensemble.trees.length);
    expect(plans[5].lookup).toBeNull();
  });

  it('stops when it is told to, and tells broken trees', async () => {
    const ensemble = ensembleOf(80, 6);
    const threads = { threads: 2, signal: AbortSignal.abort() };
    await expect(planGamesParallel(ensemble, gamesOf(ensemble), { lookup: true }, threads)).rejects.toThrow(
      'the work was interrupted',
    );
    const [tree, ...trees] = ensemble.trees;
    const broken = {
      ...ensemble,
      trees: [{ ...tree, threshold: tree.threshold.map(() => Number.NaN) }, ...trees],
    };
    await expect(
      planGamesParallel(broken, gamesOf(ensemble), { lookup: true }, { threads: 2 }),
    ).rejects.toThrow('tree 0 node 0 has a threshold that is not a number');
  });
});

describe('parts of a plan', () => {
  it('are planned again where the thread that had them died', async () => {
    const games = gamesOf(MANY);
    // no bytes to spare: a part that is planned twice counts once
    const bytes = games.map((players) => bytesOf(planAttribution(MANY, players, { lookup: true })));
    const outline = outlineLookups(MANY, { lookup: true, lookupBytes: Math.max(...bytes) })!;
    const parts = [0, 1].flatMap((game) => [
      { game, from: 0, to: 30 },
      { game, from: 30, to: 80 },
    ]);
    const trees = packTrees(MANY.trees, MANY.treeClass);
    const task = planTask({
      trees,
      games,
      outline: { ...outline, groups: outline.groups! },
      mostStates: 1024,
      parts,
    });
    const died = await planSome({ ...task, queue: { ...task.queue, count: 2 } });
    Atomics.store(task.queue.next, 0, 2);
    const lived = await planSome(task);
    expect([...died, ...lived].map(({ part }) => part)).toEqual([0, 1, 2, 3]);
    const planned = inOrder(task, [lived]);
    games.forEach((players, game) => {
      const alone = planAttribution(MANY, players, { lookup: true });
      const lookup = joinParts(
        outline,
        outline.groups!,
        1024,
        planned.slice(2 * game, 2 * game + 2) as never,
      );
      expect(contents({ ...alone, lookup })).toEqual(contents(alone));
    });
  });
});

describe('packed trees', () => {
  it('are the trees again', () => {
    const packed = packTrees(MANY.trees, MANY.treeClass);
    expect(unpackTrees(packed, 0, MANY.trees.length)).toEqual(MANY.trees);
    expect(unpackTrees(packed, 7, 9)).toEqual(MANY.trees.slice(7, 9));
    expect(packed.treeClass).toEqual(MANY.treeClass);
    for (const values of Object.values(packed.nodes)) expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('a packed plan', () => {
  it('is the plan again, without the trees that look-ups do not need', () => {
    for (const { ensemble, options } of cases) {
      const plan = planAttribution(ensemble, featurePlayers(ensemble), options);
      const { trees, ...rest } = contents(unpackPlan(packPlan(plan)));
      const { trees: all, ...expected } = contents(plan);
      expect(rest).toEqual(expected);
      expect(trees).toEqual(plan.lookup === null ? all : []);
    }
  });

  it('is unpacked once by a thread, and others beside it', () => {
    const [one, other] = cases
      .slice(0, 2)
      .map(({ ensemble, options }) => packPlan(planAttribution(ensemble, featurePlayers(ensemble), options)));
    const plan = planOf(one);
    expect(planOf(structuredClone(one))).toBe(plan);
    expect(planOf(other)).not.toBe(plan);
  });
});

describe('attributing all rows on threads', () => {
  it('gives the bytes of one thread', async () => {
    for (const { ensemble, options } of cases) {
      const plan = planAttribution(ensemble, featurePlayers(ensemble), options);
      const features = randomTable(createRandom('rows'), { rows: 2500, columns: COLUMNS });
      const expected = new Float64Array(features.rows * COLUMNS * ensemble.classes);
      attributeRows(plan, features, { from: 0, to: features.rows }, expected);
      for (const threads of [1, 2, 3]) {
        const found = await attributeRowsParallel(plan, features, { threads });
        expect(Buffer.compare(Buffer.from(found.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
    }
  });

  it('stops when it is told to', async () => {
    const { ensemble } = cases[0];
    const plan = planAttribution(ensemble, featurePlayers(ensemble), { lookup: true });
    const features = randomTable(createRandom('rows'), { rows: 5000, columns: COLUMNS });
    const threads = { threads: 2, signal: AbortSignal.abort() };
    await expect(attributeRowsParallel(plan, features, threads)).rejects.toThrow('the work was interrupted');
  });
});
