import { type Command, Option } from 'commander';
import { comparisonComment, DEFAULT_KEY } from '../../report/ci/comment.js';
import { renderJunit } from '../../report/ci/junit.js';
import type { ComparedReports } from '../../report/comparison.js';
import { renderComparison } from '../comparison.js';
import { GATE_HELP, type GateFlags, requireGates, withGateFlags } from '../gate-flags.js';
import { tellGithub } from '../github.js';
import { newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';

const EXAMPLES = `${GATE_HELP}
Examples:
  $ esci-select compare main/report.json esci-run
  $ esci-select compare base.json new.json --fail-on "macroF1 drop > 0.005" --fail-on "accuracy significantly worse"
  $ esci-select compare base.json new.json --fail-on "logLoss of full ensemble rise > 0.01"
  $ esci-select compare base-run new-run --gates gates.json --format junit > gates.xml
`;

/** What `compare` prints: a text for people, a comment for a pull request, test cases, or workflow commands. */
const FORMATS = ['text', 'md', 'junit', 'github'] as const;

interface CompareFlags extends GlobalOptions, GateFlags {
  format: (typeof FORMATS)[number];
  all?: boolean;
  commentKey: string;
}

/** `esci-select compare BASE NEW`: what changed between two reports; a gate that fails ends it with exit code 1. */
export function compareCommand(): Command {
  const command = newCommand(
    'compare',
    'compare two reports, and fail where the new one is worse than a gate allows',
  )
    .argument('<base>', 'report.json, its folder, or a run folder')
    .argument('<new>', 'the same of what is to be judged')
    .option('--all', 'show predictors that did not change, too')
    .addOption(
      new Option(
        '--format <name>',
        'text; md, a comment for a pull request; junit, a test case per gate; github, annotations, job summary and outputs',
      )
        .choices(FORMATS)
        .default('text'),
    )
    .option(
      '--comment-key <key>',
      'with --format md: what a later comment must share to replace it',
      DEFAULT_KEY,
    );
  return withGateFlags(command)
    .addHelpText('after', EXAMPLES)
    .action(async (base: string, next: string, flags: CompareFlags) => {
      const { compare } = await import('../../pipeline.js');
      const compared = await compare({ base, next, gates: flags.failOn, gateFiles: flags.gates });
      const text = await rendered(compared, flags);
      printResult(flags, compared, () => text);
      requireGates(compared.gates);
    });
}

async function rendered(
  compared: ComparedReports,
  { format, all, commentKey, json }: CompareFlags,
): Promise<string> {
  switch (format) {
    case 'text':
      return renderComparison(compared, all);
    case 'md':
      return comparisonComment(compared, commentKey).trimEnd();
    case 'junit':
      return renderJunit(compared.gates, 'gates').trimEnd();
    case 'github': {
      const summary = comparisonComment(compared, commentKey);
      const { gates, cautions } = compared;
      const lines = await tellGithub({ gates, cautions, summary, report: null, path: null });
      return json === true ? '' : [renderComparison(compared, all), ...lines].join('\n');
    }
  }
}
