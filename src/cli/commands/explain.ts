import type { Command } from 'commander';
import type { Explanation } from '../../pipeline.js';
import { score, signed } from '../../report/format.js';
import { DEFAULT_RUN, newCommand } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { textTable } from '../table.js';
import { clipped, plain } from '../text.js';

const EXAMPLES = `
Examples:
  $ esci-select explain --example 90000001
  $ esci-select explain --run my-run --example 90000001 --json
`;

/** `esci-select explain`: each model's signed contribution to each class for one example. */
export function explainCommand(): Command {
  return newCommand('explain', "each model's signed contribution to each class for one example")
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .requiredOption('--example <id>', 'the example, by its id')
    .addHelpText('after', EXAMPLES)
    .action(async (options: GlobalOptions & { run: string; example: string }) => {
      const { explain } = await import('../../pipeline.js');
      const explanation = await explain(options);
      printResult(options, explanation, () => render(explanation));
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
      ['margin (sum)', answer, ...classes.map((name) => signed(margin[name]))],
    ],
    { numbersFrom: 2 },
  );
  return [...head, '', table, 'summed TreeSHAP in log-odds; group Shapley is in --json'].join('\n');
}
