// The report of a run as Markdown.
import { tasksOf } from './figures.mjs';

const points = (value) => (100 * value).toFixed(2);
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

export function render({ command, results, lines, minutes }) {
  const seeds = [...new Set(results.map(({ seed }) => seed))];
  return `${[
    '# Does the ensemble lose to its best model?',
    `Made by \`${command}\` in ${minutes} minutes of CPU time: ${results.length} comparisons, ${seeds.length} fold seeds of each task. Of as many, one in forty would come out significantly worse by chance.`,
    '## Definitions',
    definitions(),
    '## Figures',
    table(
      ['figure', 'today', 'now', 'goal', 'reached'],
      lines.map(({ figure, today, now, goal, reached }) => [
        figure,
        today,
        now,
        goal,
        reached ? 'yes' : 'no',
      ]),
    ),
    '## By task',
    'Means over the seeds, in points: score of the ensemble less that of the best single model of the score; what was chosen is counted over outer folds.',
    byTask(results),
  ].join('\n\n')}\n`;
}

function definitions() {
  return [
    '- **Now**: `fitEnsemble` as `train` runs it, on the training folds alone; rows of the outer fold are answered by its ensemble and decision rule. **Today**: boosted trees alone (`--stack trees`) and the likeliest class (`--decide argmax`), fitted in the same run.',
    '- **Best single model**: the best by that score on the training folds, fold by fold, by its own answers; never in hindsight. **With tau**: its tau, too, is chosen there, on log-probabilities, or for hard answers on log P(class | answer) out of fold.',
    '- **Significantly worse**: the paired 95% interval over groups lies wholly below 0. Groups are queries within a locale, else rows.',
    '- **Macro F1**: mean over the classes with a labelled row in the table, fixed for all predictors and draws (scikit-learn’s f1_score with `labels` and zero_division 0).',
    '- Differences are in points (hundredths); log-loss is in nats.',
  ].join('\n');
}

function byTask(results) {
  const columns = [
    ['today', 'macroF1'],
    ['balanced', 'macroF1'],
    ['balanced', 'accuracy'],
    ['balanced', 'weightedF1'],
    ['macroF1', 'macroF1'],
    ['accuracy', 'accuracy'],
    ['weightedF1', 'weightedF1'],
  ];
  const rows = tasksOf(results).map(({ task, own }) => [
    `${task} (${own[0].rows} rows)`,
    ...columns.map(([name, score]) =>
      points(
        mean(
          own.map(
            ({ differences }) =>
              differences.find(
                (one) => one.name === name && one.score === score && one.against === `single ${score}`,
              ).difference,
          ),
        ),
      ),
    ),
    countKinds(own),
  ]);
  return table(['task', ...columns.map(([name, score]) => `${name}: ${score}`), 'chosen by balanced'], rows);
}

function countKinds(results) {
  const counts = new Map();
  for (const { rule, kind } of results.flatMap(({ kinds }) => kinds)) {
    if (rule === 'balanced') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const ruler = head.map((_, at) => (at === 0 || at === head.length - 1 ? '---' : '---:'));
  return [line(head), line(ruler), ...rows.map(line)].join('\n');
}
