import type { Decision } from '../selection/decision.js';
import { ONE_VOICE } from '../selection/redundancy.js';
import { count, listed, score } from './format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';

/** Pairs shown; report.json has all. */
const MOST_PAIRS = 10;

/** Which models say the same, as Markdown: the most alike pairs, and the credit of each cluster beside its members'. */
export function redundancySection({ redundancy, kept }: Decision): string {
  const { pairs, clusters, rows, creditRows } = redundancy;
  if (pairs.length === 0) return 'There is one model, so none is redundant.';
  const alike = markdownTable(
    ['model', 'model', 'correlation of probabilities', 'correlation of errors'],
    pairs
      .slice(0, MOST_PAIRS)
      .map(({ a, b, probabilities, errors }) => [a, b, score(probabilities), score(errors)]),
  );
  const note = `The ${Math.min(MOST_PAIRS, pairs.length)} most alike of ${count(pairs.length)} pairs, on ${count(rows)} training rows.`;
  if (clusters.length === 0) return `No two models correlate by ${ONE_VOICE} or more. ${note}\n\n${alike}`;
  const voices = markdownTable(
    ['say the same', 'kept', 'credit together', 'credits alone', 'least correlation'],
    clusters.map(({ models, similarity, credit, memberCredits }) => [
      listed(models),
      listed(models.filter((name) => kept.includes(name))) || 'none',
      score(credit),
      memberCredits.map(score).join(', '),
      score(similarity),
    ]),
  );
  const meaning =
    'Each shares its credit with the others of its row: judge them together. Group Shapley values (mean absolute ' +
    `log-odds) of the full ensemble on ${count(creditRows)} rows that it was fitted on.`;
  return [escapeMarkdown(meaning), voices, note, alike].join('\n\n');
}
