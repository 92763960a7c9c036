import type { Evaluation } from '../evaluation/evaluate.js';
import type { Decision } from '../selection/decision.js';
import { auditSection } from './audit.js';
import { cost, count, score, scoreWithInterval, signed } from './format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import { redundancySection } from './redundancy.js';
import type { Report } from './report.js';
import { decisionSentence, evidenceSentences, noiseSentence, protocolSentence } from './sentences.js';

/** A pull-request comment may have this many characters. */
export const MARKDOWN_LIMIT = 65_536;

/** Renders a report as Markdown, in the order a reader needs it; cut with a notice if it would exceed the limit. */
export function renderMarkdown(report: Report): string {
  const { decision } = report;
  const sections = [
    `# Which models to run`,
    escapeMarkdown(decisionSentence(decision)),
    evidenceSentences(decision)
      .map((sentence) => `- ${escapeMarkdown(sentence)}`)
      .join('\n'),
    escapeMarkdown(`${protocolSentence(decision)} ${noiseSentence(decision)}`),
    `## Comparison\n\n${comparisonTable(decision)}`,
    `## Ranking\n\n${rankingTable(decision)}\n\n${rankingNote(decision)}`,
    ...auditSection(decision),
    `## Redundancy\n\n${redundancySection(decision)}`,
    `## What each model says about each class\n\n${classContributionTable(decision)}`,
    `## By class\n\n${classTable(decision)}`,
    `## By locale\n\n${localeTable(decision)}`,
    `## Confusion of the pruned ensemble\n\n${confusionTable(decision)}`,
    `## Data\n\n${dataSection(report)}`,
    `## Reproduce\n\n${reproductionSection(report)}`,
  ];
  return limited(sections);
}

/** Drops sections from the end until the text fits, and says so. */
function limited(sections: readonly string[]): string {
  const whole = `${sections.join('\n\n')}\n`;
  if (whole.length < MARKDOWN_LIMIT) return whole;
  const notice = '_This report was shortened to fit a pull request; report.json has everything._\n';
  let text = '';
  for (const section of sections) {
    if (text.length + section.length + notice.length + 4 > MARKDOWN_LIMIT) break;
    text += `${section}\n\n`;
  }
  return text + notice;
}

function comparisonTable(decision: Decision): string {
  const { floor, models, full, pruned } = decision.metrics;
  const line = (name: string, evaluation: Evaluation) => [
    name,
    scoreWithInterval(evaluation, 'accuracy'),
    scoreWithInterval(evaluation, 'macroF1'),
    scoreWithInterval(evaluation, 'weightedF1'),
    score(evaluation.logLoss),
    score(evaluation.calibrationError),
    count(evaluation.rows),
  ];
  const singles = Object.keys(models).sort(
    (a, b) => models[b].macroF1 - models[a].macroF1 || (a < b ? -1 : 1),
  );
  return markdownTable(
    ['', 'accuracy', 'macro F1', 'weighted F1', 'log-loss', 'calibration error', 'rows'],
    [
      line('constant answer', floor),
      ...singles.map((name) => line(name, models[name])),
      line('full ensemble', full),
      line('pruned ensemble', pruned),
    ],
  );
}

function rankingTable(decision: Decision): string {
  const costs = [...new Set(decision.ranking.flatMap((line) => Object.keys(line.costs)))].sort();
  const unit = (name: string) =>
    decision.ranking.map((line) => line.costUnits[name]).find((found) => found !== undefined);
  return markdownTable(
    [
      'rank',
      'model',
      'family',
      'kept',
      'summed SHAP',
      'group Shapley',
      ...costs.map((name) => `${name} (${unit(name)})`),
    ],
    decision.ranking.map((line) => [
      String(line.rank),
      line.model,
      line.family,
      line.kept ? 'yes' : 'no',
      score(line.shap),
      score(line.groupShap),
      ...costs.map((name) => (Object.hasOwn(line.costs, name) ? cost(line.costs[name]) : '–')),
    ]),
  );
}

function rankingNote({ explainedRows, additivity }: Decision): string {
  return (
    `Contributions are mean absolute log-odds over ${count(explainedRows)} rows that the explaining ensembles did not see. ` +
    `They add up to the margins within ${additivity.relative.toExponential(1)} (relative) on every row. ` +
    `A contribution says how much the ensemble listens to a model, not how much it would lose without it.`
  );
}

function classContributionTable({ classes, ranking }: Decision): string {
  return markdownTable(
    ['model', ...classes.map((name) => `${name}: mean size (mean sign)`)],
    ranking.map((line) => [
      line.model,
      ...classes.map((_, k) => `${score(line.shapByClass[k])} (${signed(line.signedByClass[k])})`),
    ]),
  );
}

function classTable({ classes, metrics }: Decision): string {
  const { full, pruned } = metrics;
  return markdownTable(
    [
      'class',
      'rows',
      'precision, full',
      'recall, full',
      'F1, full',
      'precision, pruned',
      'recall, pruned',
      'F1, pruned',
    ],
    classes.map((name, k) => [
      name,
      count(full.perClass[k].support),
      ...[full, pruned].flatMap(({ perClass }) =>
        [perClass[k].precision, perClass[k].recall, perClass[k].f1].map(score),
      ),
    ]),
  );
}

function localeTable({ locales }: Decision): string {
  return markdownTable(
    ['locale', 'rows', 'accuracy, full', 'macro F1, full', 'accuracy, pruned', 'macro F1, pruned'],
    locales.full.map((full, at) => {
      const pruned = locales.pruned[at];
      return [
        full.slice,
        count(full.rows),
        ...[full.accuracy, full.macroF1, pruned.accuracy, pruned.macroF1].map(score),
      ];
    }),
  );
}

function confusionTable({ classes, metrics }: Decision): string {
  return markdownTable(
    ['true \\ answered', ...classes],
    classes.map((name, k) => [name, ...metrics.pruned.confusion[k].map(count)]),
  );
}

function dataSection({ data, findings }: Report): string {
  const shares = data.labels.map(({ name, rows }) => `${name} ${count(rows)}`).join(', ');
  const locales = data.locales.map(({ name, rows }) => `${name || 'none'} ${count(rows)}`).join(', ');
  const head = `${count(data.rows)} rows, ${count(data.queries)} queries, ${count(data.products)} products. Labels: ${shares}${data.unlabelled > 0 ? `, unlabelled ${count(data.unlabelled)}` : ''}. Locales: ${locales}.`;
  const found = findings.map(({ severity, message }) => `- ${severity}: ${escapeMarkdown(message)}`);
  return [escapeMarkdown(head), found.join('\n')].filter((part) => part !== '').join('\n\n');
}

function reproductionSection({ reproduction }: Report): string {
  const { version, seed, inputs, options } = reproduction;
  const files = inputs.map(({ name, bytes, sha256 }) => [name, count(bytes), sha256]);
  return [
    `esci-select ${version}, seed ${seed}, options ${escapeMarkdown(JSON.stringify(options))}.`,
    markdownTable(['input', 'bytes', 'sha256'], files),
  ].join('\n\n');
}
