import type { TreeEnsemble } from '../../ensemble/tree.js';
import { shared } from '../../threads/shared.js';
import { type Cuts, collectCuts, cutCode } from '../cuts.js';
import type { LookupCounts, LookupGroup, LookupPlan, LookupTree } from '../lookup-types.js';
import type { PlanOptions, TreePlan } from '../plan-types.js';
import type { Players } from '../players.js';
import { largestLeaf } from '../rounding.js';
import { type Cover, coverTree } from './cover.js';
import { buildFactorTable, factorLayout } from './factor-table.js';
import { operationsOf } from './factors.js';
import { type CoveredTree, groupByCuts } from './groups.js';
import { describeJoints, productBytes, valuesOfFactors } from './joints.js';
import type { CodedTree } from './leaf.js';
import { CODE_STRIDE, type CodeLayout, compileUnits } from './program.js';
import { buildTable, vectorLayout } from './table.js';
import { borrowTableMemory, type TableMemory } from './table-memory.js';
import { MOST_STATES, type Unit, type UnitContext } from './unit.js';

/** Most bytes of look-up tables in all, unless told. */
const LOOKUP_BYTES = 2 ** 29;
/** Most bytes of a block's codes. */
const MOST_CODE_BYTES = 2 ** 31;
/** Smaller units than this are not tried to keep to the budget: they save little. */
const LEAST_STATES = 16;

/** What the look-ups of an ensemble are planned from. */
export interface LookupInput {
  readonly ensemble: TreeEnsemble;
  readonly plans: readonly TreePlan[];
  readonly players: Players;
}

/**
 * Plans all trees as look-ups, with the largest units whose tables fit the budget (smaller units have fewer states in
 * all), or null if there is nothing to look up or no tables fit. O(states * leaves of a unit).
 */
export function planLookups(input: LookupInput, options: PlanOptions): LookupPlan | null {
  const {
    lookupBytes = LOOKUP_BYTES,
    lookupStates = MOST_STATES,
    mostSum = Number.POSITIVE_INFINITY,
  } = options;
  if (input.plans.length === 0) return null;
  const columns = input.ensemble.featureNames.length;
  // the kernels' memory has 4 GiB of addresses
  if (2 * columns * CODE_STRIDE > MOST_CODE_BYTES) return null;
  const missing = options.missing ?? new Uint8Array(columns).fill(1);
  const cuts = collectCuts(input.ensemble);
  const trees = unitContexts(input, cuts, missing);
  const players = input.players.names.length;
  const least = Math.max(1, Math.min(lookupStates, LEAST_STATES));
  for (let mostStates = lookupStates; mostStates >= least; mostStates /= 2) {
    const covered = trees.map((tree) => ({ ...tree, cover: coverTree({ ...tree, mostStates }) }));
    const values = covered.reduce((sum, { cover }) => sum + valuesOf(cover, players), 0);
    if (4 * values > lookupBytes) continue;
    const groups = compileGroups(covered, input, cuts);
    return { mostStates, missing, mostSum, groups, counts: countUnits(covered) };
  }
  return null;
}

/** The trees with their thresholds as codes, ready to be covered. */
function unitContexts({ plans, players }: LookupInput, cuts: Cuts, missing: Uint8Array) {
  return plans.map((plan): CodedTree & Omit<UnitContext, 'mostStates'> => {
    const { tree, parent, pathPlayers } = plan;
    const inner = new Int32Array(parent.length);
    const cut = new Int32Array(parent.length);
    for (let node = parent.length - 1; node >= 0; node--) {
      if (tree.left[node] < 0) continue;
      inner[node] = 1 + inner[tree.left[node]] + inner[tree.right[node]];
      // the codes of values below threshold k are 0 .. k, and threshold k itself has code k + 1
      cut[node] = cutCode(cuts, tree.feature[node], tree.threshold[node]);
    }
    return {
      plan,
      tree,
      parent,
      inner,
      pathPlayers,
      cut,
      playerOf: players.ofColumn,
      missing,
      players: players.names.length,
    };
  });
}

/** Float32 of a tree's tables. */
function valuesOf({ units, factored }: Cover, players: number): number {
  const single = units.reduce((sum, unit) => sum + unit.states * vectorLayout(unit, players).width, 0);
  return factored.reduce((sum, unit) => sum + valuesOfFactors(unit), single);
}

function countUnits(covered: readonly CoveredTree[]): LookupCounts {
  const units = covered.flatMap(({ cover }) => cover.units);
  const factored = covered.flatMap(({ cover }) => cover.factored);
  const factors = factored.flatMap((unit) => unit.factors);
  const statesOf = (some: readonly Unit[]) => some.reduce((sum, { states }) => sum + states, 0);
  const points: number[] = [];
  for (const unit of factored) {
    for (let n = points.length; n <= unit.points; n++) points.push(0);
    points[unit.points]++;
  }
  return {
    units: units.length,
    states: statesOf(units),
    factored: factored.length,
    factoredLeaves: factored.reduce((sum, { leaves }) => sum + leaves.length, 0),
    factors: factors.length,
    factorStates: statesOf(factors),
    points,
    operations: factored.reduce((sum, unit) => sum + operationsOf(unit), 0),
  };
}

/** Groups the trees by codes, compiles the kernel's programs and builds the tables. */
function compileGroups(
  covered: readonly CoveredTree[],
  { ensemble, players }: LookupInput,
  cuts: Cuts,
): LookupGroup[] {
  const count = players.names.length;
  const memory = tableMemoryOf(covered, count);
  const all = new SharedArrayBuffer(4 * covered.reduce((sum, { cover }) => sum + valuesOf(cover, count), 0));
  let used = 0;
  return groupByCuts(covered, cuts).map(({ members, cuts, placeOf }) => {
    const layout: CodeLayout = { columns: ensemble.featureNames.length, placeOf };
    const trees = members.map((member) => {
      const tables = new Float32Array(all, used, valuesOf(member.cover, count));
      used += tables.byteLength;
      return lookupTree(member, layout, tables, { players: count, memory });
    });
    return { cuts, trees };
  });
}

/** Memory for the largest unit of all trees. */
function tableMemoryOf(covered: readonly CoveredTree[], players: number): TableMemory {
  let states = 1;
  let width = 1;
  for (const unit of covered.flatMap(({ cover }) => cover.units)) {
    states = Math.max(states, unit.states);
    width = Math.max(width, vectorLayout(unit, players).width);
  }
  return borrowTableMemory(states, width);
}

/** Whether a unit's state takes two bytes. */
const isPaired = ({ states, byteStates }: Unit) => byteStates < states;

function lookupTree(
  tree: CoveredTree,
  code: CodeLayout,
  tables: Float32Array,
  { players, memory }: { readonly players: number; readonly memory: TableMemory },
): LookupTree {
  const { factored } = tree.cover;
  // units of one byte first
  const paired = tree.cover.units.filter(isPaired);
  const units = [...tree.cover.units.filter((unit) => !isPaired(unit)), ...paired];
  const vectors: number[] = [];
  let used = 0;
  const next = (size: number) => {
    used += size;
    return tables.subarray(used - size, used);
  };
  for (const unit of units) {
    const layout = vectorLayout(unit, players);
    const secondByte = isPaired(unit) ? 4 * layout.width * unit.byteStates : 0;
    vectors.push(4 * used, secondByte, layout.groups.length, ...layout.groups.map((group) => 16 * group));
    next(unit.states * layout.width).set(buildTable(unit, tree, layout, memory));
  }
  const joints = describeJoints(factored, used);
  for (const unit of factored) {
    for (const factor of unit.factors) {
      const table = next(factor.states * factorLayout(factor, unit.points).width);
      buildFactorTable(unit, factor, tree, table);
    }
  }
  return {
    class: tree.plan.class,
    largest: largestLeaf(tree.plan),
    units: units.length,
    paired: paired.length,
    program: shared(compileUnits([...units, ...factored.flatMap(({ factors }) => factors)], code)),
    tables,
    vectors: Int32Array.from(vectors),
    factors: factored.reduce((sum, { factors }) => sum + factors.length, 0),
    joints,
    productBytes: productBytes(factored),
  };
}
