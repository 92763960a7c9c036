import type { FeatureMatrix } from '../../ensemble/tree.js';
import type { LookupGroup, LookupPlan } from '../lookup-types.js';
import type { AttributionPlan, RowRange } from '../plan-types.js';
import { ClassSums } from './class-sums.js';
import { codeBlock } from './coding.js';
import { borrowLookupMemory, type LookupMemory } from './memory.js';
import { LOOKUP_ROWS } from './program.js';
import { LOOKUP_PLACES } from './records.js';
import { isDense, vectorWidth } from './table.js';
import { loadTotals, storeTotals } from './totals.js';

/** Rows of a pass of the kernels. */
const LANES = LOOKUP_PLACES.lanes;
/** Most values of a block, or sums: of tables of thousands of columns a block has fewer rows. */
const MOST_VALUES = 2 ** 24;
/** Most values of a block's sums that are not dense: they are to stay in the cache while a few trees are added. */
const MOST_SUMS = 3 * 2 ** 19;
/** Rows of a block that are worth loading all tables for, if sums stay in the cache or not. */
const LEAST_ROWS = 2048;
/** Classes whose attributions are written at once, which lie side by side; but one at a time of so many players, to save memory. */
const CLASSES_AT_ONCE = 4;
const MANY_PLAYERS = 512;

/**
 * Writes the attributions of all look-up units of rows [from, to) to out[row - from][player][class]. A row's result does
 * not depend on the rows around it. Throws 'internal' where a column that the plan says is complete has a missing value.
 */
export function lookUpRows(
  plan: AttributionPlan,
  lookup: LookupPlan,
  features: FeatureMatrix,
  { from, to }: RowRange,
  out: Float64Array,
): void {
  const players = plan.players.names.length;
  const size = Math.min(rowsOfBlock(plan.columns, players), LANES * Math.ceil((to - from) / LANES));
  const memory = borrowLookupMemory(lookup, {
    rows: size,
    columns: plan.columns,
    width: vectorWidth(players),
    dense: isDense(players),
    classes: Math.min(classesAtOnce(players), plan.classes),
  });
  const width = players * plan.classes;
  for (let start = from; start < to; start += size) {
    const end = Math.min(start + size, to);
    const part = out.subarray((start - from) * width, (end - from) * width);
    lookUpBlock({ plan, lookup, memory }, features, { from: start, to: end }, part);
  }
}

/** Rows of a block: whole passes. */
function rowsOfBlock(columns: number, players: number): number {
  const few = Math.floor(MOST_VALUES / Math.max(columns, players));
  const most = isDense(players) ? few : Math.min(few, Math.max(LEAST_ROWS, Math.floor(MOST_SUMS / players)));
  return Math.min(LOOKUP_ROWS, LANES * Math.max(1, Math.floor(most / LANES)));
}

function lookUpBlock(
  { plan, lookup, memory }: { plan: AttributionPlan; lookup: LookupPlan; memory: LookupMemory },
  features: FeatureMatrix,
  range: RowRange,
  out: Float64Array,
): void {
  const { columns } = features;
  const { players, classes } = plan;
  const rows = range.to - range.from;
  memory.floats.set(features.values.subarray(range.from * columns, range.to * columns), memory.values >>> 2);
  lookup.groups.forEach((group, at) => {
    codeBlock(memory, lookup, group, { rows, columns });
    for (let first = 0, count = 0; first < classes; first += count) {
      count = Math.min(classesAtOnce(players.names.length), classes - first);
      const table = { values: out, rows, players: players.names.length, classes, first, count };
      // totals of the groups before are added to
      if (at > 0) loadTotals(memory, table);
      const trees = inOrder(group, { first, count, dense: memory.dense });
      const sums = new ClassSums(memory, {
        rows: LANES * Math.ceil(rows / LANES),
        first,
        count,
        mostSum: lookup.mostSum,
        areThere: at > 0,
      });
      sums.add(trees);
      sums.finish();
      storeTotals(memory, table);
    }
  });
}

function classesAtOnce(players: number): number {
  return players > MANY_PLAYERS ? 1 : CLASSES_AT_ONCE;
}

/**
 * The group's trees of classes [first, first + count): one class after the other, so that few sums are in use; or round by round
 * where trees of a round have their states in common, which are then found once, and sums are small. Of 100 rounds of four
 * classes, six players took .87 of the time round by round, 24 players 1.02 and 96 1.15 times it.
 */
function inOrder(
  { trees }: LookupGroup,
  { first, count, dense }: { first: number; count: number; dense: boolean },
) {
  const own = trees.filter((tree) => tree.class >= first && tree.class < first + count);
  const isShared = own.some(({ program }, at) => at > 0 && own[at - 1].program === program);
  return isShared && dense ? own : own.sort((a, b) => a.class - b.class);
}
