import type { Tree, TreeEnsemble } from '../ensemble/tree.js';
import { type Cuts, collectCuts, cutCode } from './cuts.js';
import { compileUnits, MOST_CUTS } from './lookup-program.js';
import { buildTable, createTableScratch, type TableScratch, vectorLayout } from './lookup-table.js';
import type { LookupGroup, LookupPlan, LookupTree } from './lookup-types.js';
import type { Unit } from './lookup-unit.js';
import { METHOD, type TreePlan } from './plan-types.js';

/** One tree with its plan and the units its plan leaves to look-ups. */
export interface PlannedTree {
  readonly tree: Tree;
  readonly plan: TreePlan;
  readonly units: readonly Unit[];
}

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

/** Bytes of all tables of the units. */
export function tableBytes(planned: readonly PlannedTree[], players: number): number {
  return 4 * planned.reduce((sum, { units }) => sum + valuesOf(units, players), 0);
}

/** Float32 of the units' tables. */
function valuesOf(units: readonly Unit[], players: number): number {
  return units.reduce((sum, unit) => sum + unit.states * vectorLayout(unit, players).width, 0);
}

function statesOf(units: readonly Unit[]): number {
  return units.reduce((sum, unit) => sum + unit.states, 0);
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
  const groups = groupByCuts(planned, input.ensemble.featureNames.length).map((members): LookupGroup => {
    const cuts = collectCuts({ ...input.ensemble, trees: members.map(({ tree }) => tree) });
    const places = Int32Array.from(input.cuts.values, (value, at) => cutCode(cuts, columnOf[at], value) - 1);
    const placeOf = (column: number, cut: number) => places[input.cuts.start[column] + cut - 1];
    const trees = members.map((member) => {
      const tables = new Float32Array(memory, used, valuesOf(member.units, players));
      used += tables.byteLength;
      const program = shared(
        compileUnits(member.units, { columns: input.ensemble.featureNames.length, placeOf }),
      );
      return lookupTree(member, program, tables, players, scratch);
    });
    return { cuts, trees };
  });
  return {
    mostStates,
    missing,
    groups,
    rest: Uint8Array.from(planned, ({ plan }) => (hasRest(plan) ? 1 : 0)),
    units: planned.reduce((sum, { units }) => sum + units.length, 0),
    states: planned.reduce((sum, { units }) => sum + statesOf(units), 0),
  };
}

/** The column of every cut. */
function columnsOfCuts({ start, values }: Cuts): Int32Array {
  const columnOf = new Int32Array(values.length);
  for (let column = 0; column + 1 < start.length; column++)
    columnOf.fill(column, start[column], start[column + 1]);
  return columnOf;
}

/** Consecutive trees with look-ups whose thresholds per column fit into byte codes together. */
function groupByCuts(planned: readonly PlannedTree[], columns: number): PlannedTree[][] {
  const groups: PlannedTree[][] = [];
  let cuts: Set<number>[] = [];
  for (const member of planned) {
    if (member.units.length === 0) continue;
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
  { tree, plan, units }: PlannedTree,
  program: Int32Array,
  tables: Float32Array,
  players: number,
  scratch: TableScratch,
): LookupTree {
  const vectors: number[] = [];
  let used = 0;
  for (const unit of units) {
    const layout = vectorLayout(unit, players);
    const size = unit.states * layout.width;
    vectors.push(4 * used, layout.groups.length, ...layout.groups.map((group) => 16 * group));
    buildTable(unit, { tree, plan }, layout, tables.subarray(used, used + size), scratch);
    used += size;
  }
  return { class: plan.class, units: units.length, program, tables, vectors: Int32Array.from(vectors) };
}

function hasRest(plan: TreePlan): boolean {
  return plan.left.some((left, node) => left < 0 && plan.method[node] !== METHOD.lookup);
}

function shared(words: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(words.byteLength));
  copy.set(words);
  return copy;
}
