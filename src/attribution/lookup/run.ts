import type { FeatureMatrix } from '../../ensemble/tree.js';
import { EsciSelectError } from '../../errors.js';
import type { LookupPlan, LookupTree } from '../lookup-types.js';
import type { AttributionPlan, RowRange } from '../plan-types.js';
import { borrowLookupMemory, codeGroup, type LookupMemory, loadTree } from './memory.js';
import { LOOKUP_ROWS } from './program.js';
import { LOOKUP_PLACES } from './records.js';
import { MOST_DENSE, vectorWidth } from './table.js';

/** Trees whose float32 sums are added up before they go to float64: bounds rounding in ensembles of any size. */
const TREES_PER_FLUSH = 64;
/** Trees whose units, where each by itself is added to a row's sums, are added up before they go to the sums of trees. */
const TREES_PER_PART = 16;
/** Rows of a pass of the kernels. */
const LANES = LOOKUP_PLACES.lanes;
/** Rows of a block of many players, whose sums are to stay in the second-level cache. */
const WIDE_ROWS = 4096;
/** Most values of a block, or sums: of tables of thousands of columns a block has fewer rows. */
const MOST_VALUES = 2 ** 24;

/**
 * Adds the attributions of all look-up units of rows [from, to) to out[row - from][player][class]. A row's result does
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
  const size = rowsOfBlock(plan.columns, players);
  const memory = borrowLookupMemory(lookup, {
    rows: size,
    columns: plan.columns,
    width: vectorWidth(players),
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
  const few = LANES * Math.max(1, Math.floor(MOST_VALUES / (LANES * Math.max(columns, players))));
  return Math.min(players > MOST_DENSE ? WIDE_ROWS : LOOKUP_ROWS, few);
}

function lookUpBlock(
  { plan, lookup, memory }: { plan: AttributionPlan; lookup: LookupPlan; memory: LookupMemory },
  features: FeatureMatrix,
  range: RowRange,
  out: Float64Array,
): void {
  const { columns } = features;
  const rows = range.to - range.from;
  memory.floats.set(features.values.subarray(range.from * columns, range.to * columns), memory.values >>> 2);
  const begun = new Uint8Array(plan.classes);
  for (const group of lookup.groups) {
    for (let column = 0; column < columns; column++) {
      const absent = codeGroup(memory, group.cuts, column, {
        rows,
        columns,
        missing: lookup.missing[column],
      });
      if (absent > 0 && lookup.missing[column] === 0) {
        throw new EsciSelectError('internal', `column ${column} has missing values, the plan is for none`);
      }
    }
    for (let k = 0; k < plan.classes; k++) {
      const runs = runsOf(
        group.trees.filter((tree) => tree.class === k),
        lookup.mostSum,
      );
      if (runs.length > 0) addClass(memory, plan, { k, runs, rows, isFirst: begun[k] === 0 }, out);
      if (runs.length > 0) begun[k] = 1;
    }
  }
}

/** Consecutive trees of a class in runs whose sums float32 is to hold. */
function runsOf(trees: readonly LookupTree[], mostSum: number): LookupTree[][] {
  const runs: LookupTree[][] = [];
  let sum = 0;
  for (const tree of trees) {
    const last = runs.at(-1);
    if (last !== undefined && last.length < TREES_PER_FLUSH && sum + tree.largest <= mostSum) {
      last.push(tree);
      sum += tree.largest;
    } else {
      runs.push([tree]);
      sum = tree.largest;
    }
  }
  return runs;
}

/** Trees of one class, and the rows of the block. */
interface ClassRuns {
  readonly k: number;
  readonly runs: readonly (readonly LookupTree[])[];
  readonly rows: number;
  /** whether the output is 0 so far */
  readonly isFirst: boolean;
}

/** Adds the attributions of one class's trees to its part of the output, each run's sums in float64. */
function addClass(
  memory: LookupMemory,
  { players, classes }: AttributionPlan,
  { k, runs, rows, isFirst }: ClassRuns,
  out: Float64Array,
): void {
  const { floats, doubles, kernels, sums, totals, width } = memory;
  const values = LANES * Math.ceil(rows / LANES) * width;
  const count = players.names.length;
  floats.fill(0, sums >>> 2, (sums >>> 2) + values);
  doubles.fill(0, totals >>> 3, (totals >>> 3) + values);
  const start = totals >>> 3;
  for (let row = 0, at = start, from = k; row < rows && !isFirst; row++, at += width) {
    for (let player = 0; player < count; player++, from += classes) doubles[at + player] = out[from];
  }
  for (const trees of runs) {
    sumTrees(memory, trees, rows);
    kernels.widenSums(sums, totals, values * 4);
  }
  for (let row = 0, at = start, to = k; row < rows; row++, at += width) {
    for (let player = 0; player < count; player++, to += classes) out[to] = doubles[at + player];
  }
}

/** Adds the trees' vectors to `sums`, in float32. */
function sumTrees(memory: LookupMemory, trees: readonly LookupTree[], rows: number): void {
  const padded = LANES * Math.ceil(rows / LANES);
  const { floats, kernels, job, sums, part, width } = memory;
  if (width <= MOST_DENSE) {
    for (const tree of trees) {
      loadTree(memory, tree, padded, sums);
      kernels.attributeTree(job);
    }
    return;
  }
  floats.fill(0, part >>> 2, (part >>> 2) + padded * width);
  trees.forEach((tree, at) => {
    loadTree(memory, tree, padded, part);
    kernels.attributeTreeByGroups(job);
    const last = at % TREES_PER_PART === TREES_PER_PART - 1 || at === trees.length - 1;
    if (last) kernels.moveSums(part, sums, padded * width * 4);
  });
}
