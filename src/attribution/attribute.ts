import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { lookUpRows } from './lookup/run.js';
import type { AttributionPlan } from './plan-types.js';
import { walkRows } from './walk.js';

/**
 * Exact attributions of rows [from, to), written to out[row - from][player][class]. A pure function of the block and
 * the plan; a row's result does not depend on the rows around it. Look-ups load a tree's tables once per block, so
 * blocks of some thousand rows are much cheaper per row than single rows. Throws 'internal' if the table's columns or
 * `out` do not fit the plan.
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
  if (plan.lookup === null) walkRows(plan, features, { from, to }, out);
  else lookUpRows(plan, plan.lookup, features, { from, to }, out);
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
