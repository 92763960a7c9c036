import type { Command } from 'commander';
import pc from 'picocolors';
import { EsciSelectError } from '../../errors.js';
import type { Check, Diagnosis } from '../../pipeline/machine.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { plain } from '../text.js';

const EXAMPLES = `
Exit code 1 where a check found an error; warnings do not change it.

Examples:
  $ esci-select doctor
  $ esci-select doctor --run /data/runs/new --json
`;

/** `esci-select doctor`: whether this machine has what the commands need. */
export function doctorCommand(): Command {
  return newCommand('doctor', 'check that this machine has what the commands need')
    .option('--run <dir>', 'run folder that is to be written', DEFAULT_RUN)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: GlobalOptions & { run: string }) => {
      const { examineMachine } = await import('../../pipeline/machine.js');
      const diagnosis = await examineMachine(flags.run);
      printResult(flags, diagnosis, () => render(diagnosis));
      const errors = diagnosis.checks.filter(({ status }) => status === 'error').length;
      if (errors > 0) {
        throw new EsciSelectError('gate', `${errors} of ${diagnosis.checks.length} checks found an error`, {
          hint: 'the lines marked ERROR say what to do',
        });
      }
    });
}

const MARKS = { ok: pc.green('ok     '), warning: pc.yellow('warning'), error: pc.red('ERROR  ') };

function render({ checks }: Diagnosis): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const line = ({ name, status, found, hint }: Check) => [
    `${MARKS[status]}  ${name.padEnd(width)}  ${plain(found)}`,
    ...(hint === undefined ? [] : [`${' '.repeat(width + 11)}hint: ${plain(hint)}`]),
  ];
  return checks.flatMap(line).join('\n');
}
