import type { Command } from 'commander';
import pc from 'picocolors';
import { EsciSelectError } from '../../errors.js';
import { SCORE_NAMES } from '../../evaluation/metrics.js';
import type { ComparedReports } from '../../pipeline.js';
import { listed, SCORE_TITLES, score, signed } from '../../report/format.js';
import { newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { collect } from '../parse.js';
import { textTable } from '../table.js';
import { plain } from '../text.js';

interface CompareFlags extends GlobalOptions {
  failOn?: string[];
}

const EXAMPLES = `
Gates: SCORE drop > X, SCORE rise > X, SCORE < X, SCORE > X, SCORE significantly worse.
Scores: ${SCORE_NAMES.join(', ')}. A gate is about the pruned ensemble unless "of NAME" follows the score.

Examples:
  $ esci-select compare main/report.json esci-run
  $ esci-select compare base.json new.json --fail-on "macroF1 drop > 0.005" --fail-on "accuracy significantly worse"
  $ esci-select compare base.json new.json --fail-on "logLoss of full ensemble rise > 0.01"
`;

/** `esci-select compare BASE NEW`: what changed between two reports; a gate that fails ends it with exit code 1. */
export function compareCommand(): Command {
  return newCommand('compare', 'compare two reports, and fail where the new one is worse than a gate allows')
    .argument('<base>', 'report.json, its folder, or a run folder')
    .argument('<new>', 'the same of what is to be judged')
    .option('--fail-on <gate>', 'exit with code 1 where this holds; repeatable', collect)
    .addHelpText('after', EXAMPLES)
    .action(async (base: string, next: string, flags: CompareFlags) => {
      const { compare } = await import('../../pipeline.js');
      const compared = await compare({ base, next, gates: flags.failOn });
      printResult(flags, compared, () => render(compared));
      const failed = compared.gates.filter((gate) => gate.failed).length;
      if (failed > 0) {
        throw new EsciSelectError('gate', `${failed} of ${compared.gates.length} gates failed`, {
          hint: 'the lines marked FAILED say which and by how much',
        });
      }
    });
}

function render(compared: ComparedReports): string {
  const { kept, onlyInBase, onlyInNext, cautions, gates } = compared;
  return [
    changeTable(compared),
    '',
    plain(`Kept before: ${listed(kept.base)}. Kept now: ${listed(kept.next)}.`),
    ...(onlyInBase.length === 0 ? [] : [plain(`No longer there: ${listed(onlyInBase)}.`)]),
    ...(onlyInNext.length === 0 ? [] : [plain(`New: ${listed(onlyInNext)}.`)]),
    'Better and worse mean more than the noise of both reports, taken as independent.',
    ...cautions.map((caution) => `${pc.yellow('caution:')} ${plain(caution)}`),
    ...gates.map(({ gate, failed, message }) =>
      plain(`${gate}: ${message}`).replace(/^/, failed ? pc.red('FAILED ') : pc.green('passed ')),
    ),
  ].join('\n');
}

function changeTable({ changes }: ComparedReports): string {
  const predictors = [...new Set(changes.map(({ predictor }) => predictor))];
  return textTable(
    ['', ...SCORE_NAMES.map((name) => SCORE_TITLES[name])],
    predictors.map((predictor) => [
      predictor,
      ...changes
        .filter((change) => change.predictor === predictor)
        .map(({ base, next, difference, verdict }) => {
          const change = difference === null ? '' : ` (${signed(difference)}, ${verdict})`;
          return `${score(base)} → ${score(next)}${change}`;
        }),
    ]),
    { numbersFrom: 1 },
  );
}
