import { type Command, Option } from 'commander';
import { EsciSelectError } from '../errors.js';
import { ITERATIONS, type Iterations } from '../pipeline/for-terminal.js';
import type { EnsembleExplanation, EnsembleInput } from '../pipeline.js';
import { count, signed } from '../report/format.js';
import { type GlobalOptions, printResult } from './output.js';
import { pairs } from './parse.js';
import { Progress } from './progress.js';
import { textTable } from './table.js';
import { plain } from './text.js';

/** Flags of an ensemble that another engine fitted. */
export interface EnsembleFlags {
  ensemble?: string;
  features?: string;
  data?: string;
  stream?: boolean;
  players?: string;
  column?: Map<string, string>;
  expect?: string;
  iterations?: Iterations;
}

/** Adds the flags of an ensemble that another engine fitted. */
export function withEnsembleFlags(command: Command): Command {
  return command
    .optionsGroup('An ensemble of another engine:')
    .option(
      '--ensemble <file>',
      'its model: XGBoost JSON or UBJ, LightGBM text, CatBoost JSON, treelite JSON; told by content',
    )
    .option('--features <file>', "the table it scores, or several: 'parts/*.parquet'")
    .option('--data <files>', 'the same as --features')
    .option('--stream', 'read the table in parts, whose number memory does not grow with; parquet always is')
    .option('--players <file>', 'who owns which columns, as JSON; without it every column is a player')
    .option('--column <role=name>', 'a column that is no feature: label=..., queryId=...; repeatable', pairs)
    .option('--expect <file>', 'raw margins of your own program (CSV without header), to compare with first')
    .addOption(
      new Option(
        '--iterations <which>',
        'all rounds, or those up to the best, where training was stopped early',
      ).choices(ITERATIONS),
    );
}

/** The input that the flags stand for. Throws 'usage' where one is missing. */
export function ensembleInput(flags: EnsembleFlags): EnsembleInput {
  const { ensemble, players, expect, iterations, column } = flags;
  if (ensemble === undefined) {
    throw new EsciSelectError('usage', 'no --ensemble is given', {
      hint: 'give --ensemble FILE, or explain a run with --example ID or --out FILE.arrow',
    });
  }
  if ((flags.features === undefined) === (flags.data === undefined)) {
    throw new EsciSelectError(
      'usage',
      `--ensemble takes one table, ${flags.data === undefined ? 'none' : 'two'} given`,
      {
        hint: 'give --features table.parquet',
      },
    );
  }
  const features = flags.features ?? flags.data!;
  return { ensemble, features, players, expect, iterations, columns: column };
}

/** Whether a flag of an ensemble of another engine is given. */
export function isAboutEnsemble(flags: EnsembleFlags): boolean {
  const { ensemble, features, data, players, column, expect, iterations, stream } = flags;
  return [ensemble, features, data, players, column, expect, iterations, stream].some(
    (flag) => flag !== undefined,
  );
}

/** `explain --ensemble`: each player's contribution to an ensemble of another engine. */
export async function explainForeign(
  flags: EnsembleFlags & GlobalOptions & { threads: number },
  out: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const input = ensembleInput(flags);
  const { explainEnsemble } = await import('../pipeline.js');
  const progress = new Progress(flags);
  try {
    const { threads } = flags;
    const explanation = await explainEnsemble(
      { ...input, out },
      { threads, signal, onEvent: progress.onEvent },
    );
    progress.stop();
    printResult(flags, explanation, () => render(explanation));
  } finally {
    progress.stop();
  }
}

function render(explanation: EnsembleExplanation): string {
  const { format, objective, rows, trees, outputs, players, expected, rounding, out } = explanation;
  const table = textTable(
    ['player', 'shap', 'group', ...outputs],
    players.map(({ player, context, shap, groupShap, shapByOutput }) => [
      context ? `${player} (context)` : player,
      ...[shap, groupShap, ...shapByOutput].map((value) => signed(value).replace(/^\+/, '')),
    ]),
    { numbersFrom: 1 },
  );
  return [
    plain(`${format}, ${objective}: ${count(trees)} trees, ${count(rows)} rows`),
    '',
    table,
    'mean |contribution| to raw margins: summed TreeSHAP (shap, then by output), players as players (group)',
    ...(expected === null
      ? ['margins were not compared with your own: --expect FILE does']
      : [
          `margins are those expected: ${count(expected.rows)} rows, off by at most ${expected.largestDifference.toExponential(1)}`,
        ]),
    ...roundingLines(rounding),
    ...(out === null ? [] : [`every row's contributions are in ${plain(out)}`]),
  ].join('\n');
}

function roundingLines({ crossed, unresolved }: EnsembleExplanation['rounding']): string[] {
  if (crossed + unresolved === 0) return [];
  return [
    `${count(crossed)} values of doubles were kept on their side of a threshold that float32 would have moved them over; ${count(unresolved)} could not be`,
  ];
}
