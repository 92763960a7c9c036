import type { Command } from 'commander';
import { EsciSelectError } from '../../errors.js';
import type { Explanation } from '../../pipeline.js';
import { count, score, signed } from '../../report/format.js';
import { type EnsembleFlags, explainForeign, isAboutEnsemble, withEnsembleFlags } from '../ensemble-flags.js';
import { DEFAULT_RUN, newCommand, withThreads } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { Progress } from '../progress.js';
import { textTable } from '../table.js';
import { clipped, plain } from '../text.js';

const EXAMPLES = `
Examples:
  $ esci-select explain --example 90000001
  $ esci-select explain --run my-run --example 90000001 --json
  $ esci-select explain --run my-run --out contributions.arrow
  $ esci-select explain --ensemble stack.txt --features table.parquet --players players.json
  $ esci-select explain --ensemble stack.json --data 'parts/*.parquet' --stream --players players.json --json
`;

interface ExplainFlags extends GlobalOptions, EnsembleFlags {
  threads: number;
  run: string;
  example?: string;
  out?: string;
}

/** `esci-select explain`: each model's signed contribution to each class, for one example or, in a file, for all. */
export function explainCommand(signal: AbortSignal): Command {
  const command = newCommand(
    'explain',
    "each model's signed contribution to each class, for one example or all",
  )
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option('--example <id>', 'the example, by its id')
    .option('--out <file>', 'write the contributions of all examples to an Arrow file');
  return withThreads(withEnsembleFlags(command))
    .addHelpText('after', EXAMPLES)
    .action(async (options: ExplainFlags) => {
      const { example, out } = options;
      if (isAboutEnsemble(options)) {
        if (example !== undefined) throw exampleOfRun();
        await explainForeign(options, out, signal);
        return;
      }
      if ((example === undefined) === (out === undefined)) throw neitherOrBoth();
      if (example !== undefined) await explainOne(options, example);
      else await writeAll(options, out!, signal);
    });
}

async function explainOne(options: ExplainFlags, example: string): Promise<void> {
  const { explain } = await import('../../pipeline.js');
  const explanation = await explain({ run: options.run, example });
  printResult(options, explanation, () => render(explanation));
}

async function writeAll(options: ExplainFlags, out: string, signal: AbortSignal): Promise<void> {
  const { explainAll } = await import('../../pipeline.js');
  const progress = new Progress(options);
  try {
    const { run, threads } = options;
    const written = await explainAll({ run, out }, { threads, signal, onEvent: progress.onEvent });
    progress.stop();
    printResult(
      options,
      written,
      () => `${count(written.rows)} examples explained in ${plain(written.file)}`,
    );
  } finally {
    progress.stop();
  }
}

function exampleOfRun(): EsciSelectError {
  return new EsciSelectError('usage', '--example is of a run, --ensemble is not', {
    hint: 'leave --example out; --out FILE.arrow writes the contributions of all rows',
  });
}

function neitherOrBoth(): EsciSelectError {
  return new EsciSelectError('usage', 'explain takes either --example or --out', {
    hint: 'give --example ID for one example, or --out FILE.arrow for all',
  });
}

function render(explanation: Explanation): string {
  const { example, answer, probabilities, margin, bias, models } = explanation;
  const classes = Object.keys(probabilities);
  const head = [
    `query    ${plain(example.query)}`,
    `product  ${plain(example.productId)}  ${clipped(example.title ?? '', 80)}`,
    `answer   ${answer} (${score(probabilities[answer])}); label ${example.label ?? 'unknown'}${example.trainedOn ? '; the ensemble was fitted on this example' : ''}`,
  ];
  const table = textTable(
    ['model', 'its answer', ...classes],
    [
      ['bias', '', ...classes.map((name) => signed(bias[name]))],
      ...models.map((model) => [
        model.model,
        model.answer ?? '–',
        ...classes.map((name) => signed(model.shap[name])),
      ]),
      ['margin (sum)', explanation.likeliest, ...classes.map((name) => signed(margin[name]))],
      ...ruleLines(explanation, classes),
    ],
    { numbersFrom: 2 },
  );
  return [...head, '', table, 'summed TreeSHAP in log-odds; group Shapley is in --json'].join('\n');
}

/** What the decision rule adds, and the sum that the answer is the largest of; nothing where it adds nothing. */
function ruleLines({ rule, margin, answer }: Explanation, classes: readonly string[]): string[][] {
  if (rule.tau === 0) return [];
  const { offsets } = rule;
  return [
    [`decision rule ${rule.name}`, '', ...classes.map((name) => signed(offsets[name]))],
    ['answered by', answer, ...classes.map((name) => signed(margin[name] + offsets[name]))],
  ];
}
