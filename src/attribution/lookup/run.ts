import type { FeatureMatrix } from '../../ensemble/tree.js';
import { EsciSelectError } from '../../errors.js';
import type { LookupPlan, LookupTree } from '../lookup-types.js';
import type { AttributionPlan, RowRange } from '../plan-types.js';
import { borrowLookupMemory, codeGroup, type LookupMemory, loadTree } from './memory.js';
import { LOOKUP_ROWS } from './program.js';
import { MOST_DENSE, vectorWidth } from './table.js';

/** Trees whose float32 sums are added up before they go to float64: bounds rounding in ensembles of any size. */
const TREES_PER_FLUSH = 64;
/** Trees whose units, where each by itself is added to a row's sums, are added up before they go to the sums of trees. */
const TREES_PER_PART = 16;
/** Rows of a block of many players, whose sums are to stay in the second-level cache. */
const WIDE_ROWS = 4096;

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
  const memory = borrowLookupMemory(lookup, plan.columns, vectorWidth(players));
  const width = players * plan.classes;
  const size = players > MOST_DENSE ? WIDE_ROWS : LOOKUP_ROWS;
  for (let start = from; start < to; start += size) {
    const end = Math.min(start + size, to);
    const part = out.subarray((start - from) * width, (end - from) * width);
    lookUpBlock({ plan, lookup, memory }, features, { from: start, to: end }, part);
  }
}

function lookUpBlock(
  { plan, lookup, memory }: { plan: AttributionPlan; lookup: LookupPlan; memory: LookupMemory },
  features: FeatureMatrix,
  range: RowRange,
  out: Float64Array,
): void {
  const { columns } = features;
  const rows = range.to - range.from;
  memory.floats.set(features.values.subarray(range.from * columns, range.to * columns), memory.values >> 2);
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
      const trees = group.trees.filter((tree) => tree.class === k);
      for (let first = 0; first < trees.length; first += TREES_PER_FLUSH) {
        sumTrees(memory, trees.slice(first, first + TREES_PER_FLUSH), rows);
        flush(memory, plan, k, rows, out);
      }
    }
  }
}

/** Sums of the trees' vectors, in float32. */
function sumTrees(memory: LookupMemory, trees: readonly LookupTree[], rows: number): void {
  const padded = 64 * Math.ceil(rows / 64);
  const { floats, kernels, job, sums, part, width } = memory;
  floats.fill(0, sums >> 2, (sums >> 2) + padded * width);
  if (width <= MOST_DENSE) {
    for (const tree of trees) {
      loadTree(memory, tree, padded, sums);
      kernels.attributeTree(job);
    }
    return;
  }
  floats.fill(0, part >> 2, (part >> 2) + padded * width);
  trees.forEach((tree, at) => {
    loadTree(memory, tree, padded, part);
    kernels.attributeTreeByGroups(job);
    const last = at % TREES_PER_PART === TREES_PER_PART - 1 || at === trees.length - 1;
    if (last) kernels.moveSums(part, sums, padded * width * 4);
  });
}

/** Adds the float32 sums to one class of the output. */
function flush(
  { floats, sums, width }: LookupMemory,
  { players, classes }: AttributionPlan,
  k: number,
  rows: number,
  out: Float64Array,
): void {
  const count = players.names.length;
  let from = sums >> 2;
  let to = k;
  for (let row = 0; row < rows; row++, from += width) {
    for (let player = 0; player < count; player++, to += classes) out[to] += floats[from + player];
  }
}
