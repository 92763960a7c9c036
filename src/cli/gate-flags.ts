import type { Command } from 'commander';
import pc from 'picocolors';
import { EsciSelectError } from '../errors.js';
import { SCORE_NAMES } from '../pipeline/for-terminal.js';
import type { GateResult } from '../report/comparison.js';
import { gateWord } from '../report/sections/baseline.js';
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
Scores: ${SCORE_NAMES.join(', ')}; of a class f1.CLASS, precision.CLASS, recall.CLASS; in a locale
jp:accuracy; a cost per row cost.latency_ms. A gate is about the pruned ensemble unless "of NAME" follows.
The models kept: kept changed, kept lacks MODEL, kept has MODEL, kept > N.
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

/** A line per gate: passed, FAILED or skipped, and the numbers. */
export function gateLines(gates: readonly GateResult[]): string[] {
  return gates.map((result) => {
    const colour = result.failed ? pc.red : result.skipped === true ? pc.yellow : pc.green;
    return `${colour(gateWord(result))} ${plain(`${result.gate}: ${result.message}`)}`;
  });
}

/** Ends the command with exit code 1 where a gate failed. */
export function requireGates(gates: readonly GateResult[]): void {
  const failed = gates.filter((gate) => gate.failed).length;
  if (failed === 0) return;
  const all = gates.length === 1 ? 'the gate' : `${failed} of ${gates.length} gates`;
  throw new EsciSelectError('gate', `${all} failed`, {
    hint: 'the lines marked FAILED say which and by how much',
  });
}
