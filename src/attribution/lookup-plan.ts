import type { Tree, TreeEnsemble } from '../ensemble/tree.js';
import { type Cuts, collectCuts, cutCode } from './cuts.js';
import type { Cover } from './lookup-cover.js';
import { buildFactorTable, factorLayout } from './lookup-factor-table.js';
import { operationsOf } from './lookup-factors.js';
import { describeJoints, productBytes, valuesOfFactors } from './lookup-joints.js';
import { compileUnits, MOST_CUTS } from './lookup-program.js';
import { buildTable, createTableScratch, type TableScratch, vectorLayout } from './lookup-table.js';
import type { LookupCounts, LookupGroup, LookupPlan, LookupTree } from './lookup-types.js';
import type { Unit } from './lookup-unit.js';
import type { TreePlan } from './plan-types.js';

/** One tree with its plan, and the units that it is covered with, or null where it is left to the float64 methods. */
export interface PlannedTree {
  readonly tree: Tree;
  readonly plan: TreePlan;
  readonly cover: Cover | null;
}

/** A tree that is covered with units. */
interface CoveredTree extends PlannedTree {
  readonly cover: Cover;
}

const isCovered = (member: PlannedTree): member is CoveredTree => member.cover !== null;

/** What the look-ups of an ensemble are planned from. */
export interface LookupInput {
  readonly ensemble: TreeEnsemble;
  readonly cuts: Cuts;
  /** number of players */
  readonly players: number;
  readonly planned: readonly PlannedTree[];
  readonly missing: Uint8Array;
  readonly mostStates: number;
}

/** Bytes of all tables. */
export function tableBytes(planned: readonly PlannedTree[], players: number): number {
  return 4 * planned.reduce((sum, { cover }) => sum + (cover === null ? 0 : valuesOf(cover, players)), 0);
}

/** Float32 of a tree's tables. */
function valuesOf({ units, factored }: Cover, players: number): number {
  const single = units.reduce((sum, unit) => sum + unit.states * vectorLayout(unit, players).width, 0);
  return factored.reduce((sum, unit) => sum + valuesOfFactors(unit), single);
}

function countUnits(covers: readonly Cover[]): LookupCounts {
  const units = covers.flatMap((cover) => cover.units);
  const factored = covers.flatMap((cover) => cover.factored);
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

/** Whether the tree has few enough thresholds per column for byte codes. */
export function fitsCodes(tree: Tree, columns: number): boolean {
  return addCuts(
    Array.from({ length: columns }, () => new Set<number>()),
    tree,
  );
}

/** Groups the trees by codes, compiles the kernel's programs and builds the tables. O(states * leaves of a unit). */
export function planLookups(input: LookupInput): LookupPlan {
  const { planned, players, missing, mostStates } = input;
  const memory = new SharedArrayBuffer(tableBytes(planned, players));
  const scratch = createTableScratch();
  let used = 0;
  const columnOf = columnsOfCuts(input.cuts);
  const groups = groupByCuts(planned.filter(isCovered), input.ensemble.featureNames.length).map(
    (members): LookupGroup => {
      const cuts = collectCuts({ ...input.ensemble, trees: members.map(({ tree }) => tree) });
      const places = Int32Array.from(
        input.cuts.values,
        (value, at) => cutCode(cuts, columnOf[at], value) - 1,
      );
      const placeOf = (column: number, cut: number) => places[input.cuts.start[column] + cut - 1];
      const trees = members.map((member) => {
        const { units, factored } = member.cover;
        const tables = new Float32Array(memory, used, valuesOf(member.cover, players));
        used += tables.byteLength;
        const program = shared(
          compileUnits([...units, ...factored.flatMap(({ factors }) => factors)], {
            columns: input.ensemble.featureNames.length,
            placeOf,
          }),
        );
        return lookupTree(member, program, tables, players, scratch);
      });
      return { cuts, trees };
    },
  );
  return {
    mostStates,
    missing,
    groups,
    rest: Uint8Array.from(planned, ({ cover }) => (cover === null ? 1 : 0)),
    counts: countUnits(planned.flatMap(({ cover }) => cover ?? [])),
  };
}

/** The column of every cut. */
function columnsOfCuts({ start, values }: Cuts): Int32Array {
  const columnOf = new Int32Array(values.length);
  for (let column = 0; column + 1 < start.length; column++)
    columnOf.fill(column, start[column], start[column + 1]);
  return columnOf;
}

/** Consecutive trees whose thresholds per column fit into byte codes together. */
function groupByCuts(planned: readonly CoveredTree[], columns: number): CoveredTree[][] {
  const groups: CoveredTree[][] = [];
  let cuts: Set<number>[] = [];
  for (const member of planned) {
    if (groups.length === 0 || !addCuts(cuts, member.tree)) {
      cuts = Array.from({ length: columns }, () => new Set<number>());
      addCuts(cuts, member.tree);
      groups.push([]);
    }
    groups[groups.length - 1].push(member);
  }
  return groups;
}

/** Adds a tree's thresholds to those of each column; false if a column then has too many. */
function addCuts(cuts: readonly Set<number>[], tree: Tree): boolean {
  for (let node = 0; node < tree.left.length; node++) {
    if (tree.left[node] < 0) continue;
    const column = cuts[tree.feature[node]];
    column.add(tree.threshold[node]);
    if (column.size > MOST_CUTS) return false;
  }
  return true;
}

function lookupTree(
  { tree, plan, cover }: CoveredTree,
  program: Int32Array,
  tables: Float32Array,
  players: number,
  scratch: TableScratch,
): LookupTree {
  const { units, factored } = cover;
  const vectors: number[] = [];
  let used = 0;
  const next = (size: number) => {
    used += size;
    return tables.subarray(used - size, used);
  };
  for (const unit of units) {
    const layout = vectorLayout(unit, players);
    vectors.push(4 * used, layout.groups.length, ...layout.groups.map((group) => 16 * group));
    buildTable(unit, { tree, plan }, layout, next(unit.states * layout.width), scratch);
  }
  const joints = describeJoints(factored, used);
  for (const unit of factored) {
    for (const factor of unit.factors) {
      const table = next(factor.states * factorLayout(factor, unit.points).width);
      buildFactorTable(unit, factor, { tree, plan }, table);
    }
  }
  return {
    class: plan.class,
    units: units.length,
    program,
    tables,
    vectors: Int32Array.from(vectors),
    factors: factored.reduce((sum, { factors }) => sum + factors.length, 0),
    joints,
    productBytes: productBytes(factored),
  };
}

function shared(words: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(words.byteLength));
  copy.set(words);
  return copy;
}
