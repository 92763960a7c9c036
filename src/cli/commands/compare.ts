import type { Command } from 'commander';
import { renderComparison } from '../comparison.js';
import { GATE_HELP, type GateFlags, requireGates, withGateFlags } from '../gate-flags.js';
import { newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';

const EXAMPLES = `${GATE_HELP}
Examples:
  $ esci-select compare main/report.json esci-run
  $ esci-select compare base.json new.json --fail-on "macroF1 drop > 0.005" --fail-on "accuracy significantly worse"
  $ esci-select compare base.json new.json --fail-on "logLoss of full ensemble rise > 0.01"
  $ esci-select compare base-run new-run --gates gates.json --json
`;

/** `esci-select compare BASE NEW`: what changed between two reports; a gate that fails ends it with exit code 1. */
export function compareCommand(): Command {
  const command = newCommand(
    'compare',
    'compare two reports, and fail where the new one is worse than a gate allows',
  )
    .argument('<base>', 'report.json, its folder, or a run folder')
    .argument('<new>', 'the same of what is to be judged');
  return withGateFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (base: string, next: string, flags: GlobalOptions & GateFlags) => {
      const { compare } = await import('../../pipeline.js');
      const compared = await compare({ base, next, gates: flags.failOn, gateFiles: flags.gates });
      printResult(flags, compared, () => renderComparison(compared));
      requireGates(compared);
    });
}
