import type { Command } from 'commander';
import type { MergedSums } from '../../pipeline.js';
import { count, score } from '../../report/format.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { textTable } from '../table.js';

const EXAMPLES = `
Sums may be those of workers or what an engine has made of them by adding up hi and lo by quantity and cell.

The run is ranked and reported as others are: esci-select rank --run stack-run --budget 3

Examples:
  $ esci-select merge 'sums.parquet/*.parquet' --run stack-run --players players.json
`;

/** `esci-select merge`: sums of workers become a run. */
export function mergeCommand(): Command {
  return newCommand('merge', 'make a run of the sums of workers: contributions and scores to rank by')
    .argument('<files...>', "tables of sums, or patterns such as 'sums.parquet/*.parquet'")
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--players <file>', 'the players file of the workers: costs, what is required, what is context')
    .addHelpText('after', EXAMPLES)
    .action(async (sums: string[], flags: GlobalOptions & { run: string; players?: string }) => {
      const { merge } = await import('../../pipeline.js');
      const merged = await merge({ sums, run: flags.run, players: flags.players });
      printResult(flags, merged, () => render(merged));
    });
}

function render({ rows, players, outputs, scores }: MergedSums): string {
  const table = textTable(
    ['player', 'shap', 'group', ...outputs],
    players.map(({ player, context, shap, groupShap, shapByOutput }) => [
      context ? `${player} (context)` : player,
      ...[shap, groupShap, ...shapByOutput].map(score),
    ]),
    { numbersFrom: 1 },
  );
  return [
    `${count(rows)} rows`,
    '',
    table,
    'mean |contribution| to raw margins: summed TreeSHAP (shap, then by output), players as players (group)',
    ...(scores === null
      ? []
      : [
          `macro F1 ${score(scores.macroF1)}, accuracy ${score(scores.accuracy)} on ${count(scores.rows)} labelled rows`,
        ]),
  ].join('\n');
}
