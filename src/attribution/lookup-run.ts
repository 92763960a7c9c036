import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { codeGroup, createLookupMemory, type LookupMemory, loadTree } from './lookup-memory.js';
import { LOOKUP_ROWS } from './lookup-program.js';
import { PART_WIDTH, vectorWidth } from './lookup-table.js';
import type { LookupPlan, LookupTree } from './lookup-types.js';
import type { AttributionPlan, RowRange } from './plan-types.js';

/** Trees whose float32 sums are added up before they go to float64: bounds rounding in ensembles of any size. */
const TREES_PER_FLUSH = 64;

const memories = new WeakMap<LookupPlan, LookupMemory>();

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
  const memory = memories.get(lookup) ?? createLookupMemory(lookup, plan.columns, vectorWidth(players));
  memories.set(lookup, memory);
  const width = players * plan.classes;
  for (let start = from; start < to; start += LOOKUP_ROWS) {
    const end = Math.min(start + LOOKUP_ROWS, to);
    const part = out.subarray((start - from) * width, (end - from) * width);
    lookUpBlock(plan, lookup, memory, features, { from: start, to: end }, part);
  }
}

function lookUpBlock(
  plan: AttributionPlan,
  lookup: LookupPlan,
  memory: LookupMemory,
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
  memory.floats.fill(0, memory.sums >> 2, (memory.sums >> 2) + padded * memory.width);
  for (const tree of trees) {
    loadTree(memory, tree, padded);
    memory.kernels.attributeTree(memory.job);
  }
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
  const padded = 64 * Math.ceil(rows / 64);
  for (let part = 0; part < count; part += PART_WIDTH) {
    const wide = Math.min(PART_WIDTH, width - part);
    const own = Math.min(wide, count - part);
    let from = (sums >> 2) + part * padded;
    for (let row = 0; row < rows; row++, from += wide) {
      let to = (row * count + part) * classes + k;
      for (let player = 0; player < own; player++, to += classes) out[to] += floats[from + player];
    }
  }
}
