import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { codeBlock } from './cuts.js';
import { lookUpRows } from './lookup-run.js';
import { createMemo, forget } from './memo.js';
import type { AttributionPlan, RowRange } from './plan-types.js';
import { attributeTile, createTile } from './tile.js';

/** Rows per tile: a tile's codes and sums stay in the second-level cache. */
const TILE_ROWS = 512;

/**
 * Exact attributions of rows [from, to), written to out[row - from][player][class]. A pure function of the block and
 * the plan; a row's result does not depend on the rows around it. Block -> class -> tree -> tile of rows: the
 * attributions of a tree's units are computed once per state that occurs in the block, so blocks of some thousand rows
 * are much cheaper per row than single rows. Throws 'internal' if the table's columns or `out` do not fit the plan.
 */
export function attributeRows(
  plan: AttributionPlan,
  features: FeatureMatrix,
  from: number,
  to: number,
  out: Float64Array,
): void {
  checkBlock(plan, features, { from, rows: to - from }, out);
  out.fill(0);
  if (plan.lookup !== null) lookUpRows(plan, plan.lookup, features, { from, to }, out);
  const trees = plan.trees.filter((_, index) => plan.lookup === null || plan.lookup.rest[index] === 1);
  if (trees.length > 0) addTrees({ ...plan, trees }, features, { from, to }, out);
}

/** Adds the attributions of what the trees do not leave to look-ups, in float64. */
function addTrees(
  plan: AttributionPlan,
  features: FeatureMatrix,
  { from, to }: RowRange,
  out: Float64Array,
): void {
  const rows = to - from;
  const codes = codeBlock(plan.cuts, features, from, to, TILE_ROWS);
  const memo = createMemo(plan);
  const tile = createTile(plan, codes);
  const sums = new Float64Array(rows * plan.players.names.length);
  for (let k = 0; k < plan.classes; k++) {
    sums.fill(0);
    for (const tree of plan.trees) {
      if (tree.class !== k) continue;
      forget(memo, tree);
      for (let first = 0; first < rows; first += TILE_ROWS) {
        attributeTile(tree, memo, tile, first, sums);
      }
    }
    for (let at = 0; at < sums.length; at++) out[at * plan.classes + k] += sums[at];
  }
}

function checkBlock(
  plan: AttributionPlan,
  features: FeatureMatrix,
  { from, rows }: { from: number; rows: number },
  out: Float64Array,
): void {
  if (features.columns !== plan.columns) {
    throw new EsciSelectError(
      'internal',
      `the table has ${features.columns} columns, the plan is for ${plan.columns}`,
    );
  }
  if (!(from >= 0 && rows >= 0 && from + rows <= features.rows)) {
    throw new EsciSelectError(
      'internal',
      `rows ${from} to ${from + rows} are not in a table of ${features.rows}`,
    );
  }
  const size = rows * plan.players.names.length * plan.classes;
  if (out.length !== size) {
    throw new EsciSelectError('internal', `the output has ${out.length} values, expected ${size}`);
  }
}
