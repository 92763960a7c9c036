import { Command } from 'commander';
import { VERSION } from '../pipeline/for-terminal.js';
import { cacheCommand } from './commands/cache.js';
import { commentCommand } from './commands/comment.js';
import { compareCommand } from './commands/compare.js';
import { completionCommand } from './commands/completion.js';
import { dataCommand } from './commands/data.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { historyCommand } from './commands/history.js';
import { importCommand } from './commands/import.js';
import { initCommand } from './commands/init.js';
import { logCommand } from './commands/log.js';
import { mergeCommand } from './commands/merge.js';
import { predictCommand } from './commands/predict.js';
import { rankCommand } from './commands/rank.js';
import { removeCommand } from './commands/remove.js';
import { reportCommand } from './commands/report.js';
import { serveCommand } from './commands/serve.js';
import { trainCommand } from './commands/train.js';
import { trialCommand } from './commands/trial.js';
import { workerCommand } from './commands/worker.js';
import { screenWidth } from './screen-width.js';
import { print } from './stdout.js';
import { fitText } from './width.js';

const EXAMPLES = `
Examples:
  $ esci-select train                                    the simulated sample, all models
  $ esci-select rank --budget 2                          keep the two most useful models
  $ esci-select report                                   a page, report.md and report.json
  $ esci-select compare base.json esci-run --fail-on "macroF1 drop > 0.005"
  $ esci-select train --data judgements.csv --models none --predictions my-models/
  $ esci-select rank --budget latency_ms=25 --json
`;

/** The whole command line. `signal` is aborted by SIGINT and SIGTERM. */
export function buildProgram(signal: AbortSignal): Command {
  const program = new Command('esci-select')
    .description(
      'Choose which query-product relevance models to run: tree ensemble, exact TreeSHAP, pruning to a budget',
    )
    .version(VERSION)
    .addHelpText('after', EXAMPLES);
  for (const make of [
    initCommand,
    trainCommand,
    rankCommand,
    reportCommand,
    compareCommand,
    historyCommand,
    commentCommand,
    logCommand,
    explainCommand,
    importCommand,
    removeCommand,
    trialCommand,
    workerCommand,
    exportCommand,
    predictCommand,
    mergeCommand,
    serveCommand,
    cacheCommand,
    dataCommand,
    doctorCommand,
    completionCommand,
  ]) {
    program.addCommand(make(signal));
  }
  for (const command of [program, ...allCommands(program)]) {
    command
      .exitOverride()
      // errors are printed by runCli, with their hint; the help of a command that was given nothing to do is not one
      .configureOutput({
        writeOut: (text) => print(fitText(text, screenWidth())),
        outputError: () => {},
      })
      .showSuggestionAfterError()
      .allowExcessArguments(false);
  }
  return program;
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}
