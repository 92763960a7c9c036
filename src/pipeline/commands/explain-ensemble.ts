import { type NamedColumn, writeArrowParts } from '../../io/arrow/read.js';
import type { PlayerContribution } from '../../selection/ensemble-ranking.js';
import type { PipelineContext } from '../events.js';
import type { ExpectedMargins } from '../foreign/expect.js';
import {
  attributedBatches,
  checkExpected,
  contributionsOf,
  type EnsembleInput,
  type OpenedEnsemble,
  openInput,
} from '../foreign/explained.js';
import { rowColumns } from '../foreign/row-columns.js';
import { EnsembleSums } from '../foreign/sums.js';

/** A model of any engine, its table, and where contributions of single rows go. */
export interface ExplainEnsembleOptions extends EnsembleInput {
  /** an Arrow file of every row's margins and contributions */
  readonly out?: string;
}

/** What each player contributes to an ensemble of any engine. Values are in the unit of the model's raw margins. */
export interface EnsembleExplanation {
  readonly schema: 'esci-select/ensemble-explanation/1';
  readonly format: string;
  readonly objective: string;
  readonly rows: number;
  readonly trees: number;
  readonly outputs: readonly string[];
  /** [output] the margin expected before anything is known of a row */
  readonly bias: readonly number[];
  /** largest summed SHAP first */
  readonly players: readonly PlayerContribution[];
  /** the largest errors of bias + contributions = margin over all rows */
  readonly additivity: { readonly absolute: number; readonly relative: number };
  /** how margins compare with the user's own; null where none were given */
  readonly expected: ExpectedMargins | null;
  /** values of doubles that were kept on their side of a threshold in float32, and those that could not be */
  readonly rounding: { readonly crossed: number; readonly unresolved: number };
  readonly out: string | null;
}

/**
 * Explains an ensemble of XGBoost, LightGBM, CatBoost or treelite on a table: exact TreeSHAP summed per player, and Shapley
 * values of the players. The table is streamed, so memory does not grow with its rows, and sums are exact: they do not
 * depend on how the rows are divided or ordered.
 *
 * @throws EsciSelectError('model') for a file that is no such model, ('data') where the table lacks columns or margins are not
 * those expected, ('usage') for players that do not fit
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { boostingOptions, explainEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * writeFileSync('stack.json', toXgboostJson(ensemble));
 * writeFileSync('stack.csv', 'a,b\n0,1\n0,2\n1,1\n1,2\n');
 * const { rows, players } = await explainEnsemble({ ensemble: 'stack.json', features: 'stack.csv' }, { threads: 1 });
 * [rows, players.map(({ player }) => player)]; // => [ 4, [ 'a', 'b' ] ]
 */
export async function explainEnsemble(
  options: ExplainEnsembleOptions,
  context: PipelineContext,
): Promise<EnsembleExplanation> {
  const opened = await openInput(options);
  const expected = await checkExpected(opened, options, context);
  const { foreign, attributor, outputs } = opened;
  const sums = new EnsembleSums(attributor);
  if (options.out === undefined) {
    for await (const _ of attributedBatches(opened, sums, context));
  } else {
    const metadata = new Map([
      ['schema', 'esci-select/ensemble-explanations/1'],
      ['outputs', JSON.stringify(outputs)],
      ['players', JSON.stringify(attributor.players)],
      ['bias', JSON.stringify([...attributor.bias])],
    ]);
    await writeArrowParts(options.out, parts(opened, sums, context), metadata);
  }
  const { absolute, relative } = sums.additivity;
  return {
    schema: 'esci-select/ensemble-explanation/1',
    format: foreign.format,
    objective: foreign.objective,
    rows: sums.rows,
    trees: foreign.ensemble.trees.length,
    outputs,
    bias: [...attributor.bias],
    players: contributionsOf(opened, sums),
    additivity: { absolute, relative },
    expected,
    rounding: { crossed: sums.crossed, unresolved: sums.unresolved },
    out: options.out ?? null,
  };
}

async function* parts(
  opened: OpenedEnsemble,
  sums: EnsembleSums,
  context: PipelineContext,
): AsyncGenerator<NamedColumn[]> {
  for await (const { attributed } of attributedBatches(opened, sums, context))
    yield rowColumns(opened, attributed);
}
