import type { Command } from 'commander';
import pc from 'picocolors';
import { EsciSelectError } from '../errors.js';
import { SCORE_NAMES } from '../pipeline/vocabulary.js';
import type { ComparedReports } from '../report/comparison.js';
import { collect } from './parse.js';
import { plain } from './text.js';

/** Flags that say when a comparison fails; shared by `compare` and `report --baseline`. */
export interface GateFlags {
  failOn?: string[];
  gates?: string[];
}

/** What gates look like, for the end of a command's help. */
export const GATE_HELP = `
Gates: SCORE drop > X, SCORE rise > X, SCORE < X, SCORE > X, SCORE significantly worse.
Scores: ${SCORE_NAMES.join(', ')}. A gate is about the pruned ensemble unless "of NAME" follows the score.
A gates file is JSON: {"gates": ["macroF1 drop > 0.005", {"score": "accuracy", "kind": "significantly worse"}]}.
`;

/** Adds the flags that say when a comparison fails. */
export function withGateFlags(command: Command): Command {
  return command
    .option(
      '--fail-on <gate>',
      'exit with code 1 where this holds, such as "macroF1 drop > 0.005"; repeatable',
      collect,
    )
    .option('--gates <file>', 'JSON file of gates; repeatable', collect);
}

/** A line per gate: passed or FAILED, and the numbers. */
export function gateLines({ gates }: ComparedReports): string[] {
  return gates.map(
    ({ gate, failed, message }) =>
      `${failed ? pc.red('FAILED') : pc.green('passed')} ${plain(`${gate}: ${message}`)}`,
  );
}

/** Ends the command with exit code 1 where a gate failed. */
export function requireGates({ gates }: ComparedReports): void {
  const failed = gates.filter((gate) => gate.failed).length;
  if (failed === 0) return;
  const all = gates.length === 1 ? 'the gate' : `${failed} of ${gates.length} gates`;
  throw new EsciSelectError('gate', `${all} failed`, {
    hint: 'the lines marked FAILED say which and by how much',
  });
}
