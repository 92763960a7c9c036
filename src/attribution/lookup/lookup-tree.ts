import { shared } from '../../threads/shared.js';
import type { LookupTree } from '../lookup-types.js';
import { largestLeaf } from '../rounding.js';
import type { Cover } from './cover.js';
import { describeDense, describeQuads, isPaired, PLAYER_BYTES } from './descriptions.js';
import { buildFactorTable, factorLayout } from './factor-table.js';
import type { CoveredTree } from './groups.js';
import { describeJoints, productBytes, valuesOfFactors } from './joints.js';
import { type CodeLayout, compileUnits } from './program.js';
import { layQuads } from './quads.js';
import { buildTable, isDense, stateWidth, vectorWidth } from './table.js';
import { borrowTableMemory, type TableMemory } from './table-memory.js';

/** Float32 of a tree's tables. */
export function valuesOf({ units, factored }: Cover, players: number): number {
  const single = units.reduce((sum, unit) => sum + unit.states * stateWidth(unit, players), 0);
  return factored.reduce((sum, unit) => sum + valuesOfFactors(unit), single);
}

/** Memory for the largest unit of all trees. */
export function tableMemoryOf(covered: readonly CoveredTree[], players: number): TableMemory {
  let states = 1;
  let width = 1;
  for (const unit of covered.flatMap(({ cover }) => cover.units)) {
    states = Math.max(states, unit.states);
    width = Math.max(width, stateWidth(unit, players));
  }
  return borrowTableMemory(states, width);
}

/** What a tree's look-ups are made with. */
export interface TreeMaking {
  readonly players: number;
  readonly memory: TableMemory;
  /** the look-ups of a tree that differs in its leaves' values only: all but the tables are taken from it */
  readonly like?: LookupTree;
}

/** Compiles a tree's program and builds its tables, where `tables` says. O(states * leaves of a unit). */
export function lookupTree(
  tree: CoveredTree,
  code: CodeLayout,
  tables: Float32Array,
  { players, memory, like }: TreeMaking,
): LookupTree {
  const { factored } = tree.cover;
  // units of one byte first
  const paired = tree.cover.units.filter(isPaired);
  const units = [...tree.cover.units.filter((unit) => !isPaired(unit)), ...paired];
  const layout = isDense(players) ? null : layQuads(units);
  const starts: number[] = [];
  let used = 0;
  const next = (size: number) => {
    used += size;
    return tables.subarray(used - size, used);
  };
  units.forEach((unit, at) => {
    starts.push(used);
    const table = buildTable(unit, tree, players, { memory, places: layout?.places[at] ?? null });
    next(table.length).set(table);
  });
  const joints = describeJoints(factored, used, isDense(players) ? 4 : PLAYER_BYTES);
  for (const unit of factored) {
    for (const factor of unit.factors) {
      const table = next(factor.states * factorLayout(factor, unit.points).width);
      buildFactorTable(unit, factor, tree, table);
    }
  }
  const own = { class: tree.plan.class, largest: largestLeaf(tree.plan), tables };
  if (like !== undefined) return { ...like, ...own };
  return {
    ...own,
    units: units.length,
    paired: paired.length,
    program: shared(compileUnits([...units, ...factored.flatMap(({ factors }) => factors)], code)),
    ...(layout === null
      ? describeDense(units, starts, vectorWidth(players) / 4)
      : describeQuads(units, starts, layout)),
    factors: factored.reduce((sum, { factors }) => sum + factors.length, 0),
    joints,
    productBytes: productBytes(factored),
  };
}
