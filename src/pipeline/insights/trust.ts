import { SPLIT_TEST } from '../../data/examples/examples.js';
import { groupedSplit } from '../../data/examples/splits.js';
import type { TrustTree } from '../../report/insights.js';
import { askRows } from '../../report/trust/questions.js';
import { fitTrust, MOST_TRUST_ROWS } from '../../report/trust/tree.js';
import type { Decision } from '../../selection/decision.js';
import type { RowTable } from './row-table.js';

const HELD_OUT = 0.3;
/** models that rules may ask about: the first by rank */
const MOST_MODELS = 8;

/** Rules of which model the ensemble listens to most: the one with the largest contribution to its answer. */
export async function trustOf(
  table: RowTable,
  sampled: readonly number[],
  { ranking }: Decision,
  seed: number,
): Promise<TrustTree | null> {
  const { matrix, examples } = table;
  const rows = sampled.slice(0, MOST_TRUST_ROWS);
  const groups = Int32Array.from(rows, (at) => examples.group[table.rows[at]]);
  if (matrix.cards.length < 2 || new Set(groups).size < 2) return null;
  const names = matrix.cards.map(({ name }) => name);
  const own = { ...matrix, rows: rows.length };
  const split = groupedSplit(groups, HELD_OUT, seed);
  return fitTrust({
    answers: askRows({
      matrix: own,
      locales: rows.map((at) => examples.locale[table.rows[at]]),
      models: ranking.slice(0, MOST_MODELS).map(({ model }) => names.indexOf(model)),
    }),
    trusted: rows.map((at) => loudest(table, at)),
    models: names,
    heldOut: Array.from(split, (side) => side === SPLIT_TEST),
  });
}

/** The model that contributes most to the answer, the first of equals. */
function loudest(table: RowTable, at: number): number {
  const answer = table.answer(at);
  return table.matrix.cards.reduce(
    (best, _, model) =>
      table.contribution(at, model, answer) > table.contribution(at, best, answer) ? model : best,
    0,
  );
}
