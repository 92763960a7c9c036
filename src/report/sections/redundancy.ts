import type { Decision } from '../../selection/decision.js';
import { ONE_VOICE } from '../../selection/redundancy.js';
import { count } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import { clusterTable, pairTable } from './choice-tables.js';

/** Pairs shown; report.json has all. */
export const MOST_PAIRS = 10;

/** What the redundancy found means for a reader. */
export function redundancySentences({ redundancy }: Decision): string[] {
  const { pairs, clusters, rows, creditRows } = redundancy;
  if (pairs.length === 0) return ['There is one model, so none is redundant.'];
  if (clusters.length === 0) {
    return [`No two models correlate by ${ONE_VOICE} or more, on ${count(rows)} training rows.`];
  }
  return [
    `Models whose probabilities correlate by ${ONE_VOICE} or more, on ${count(rows)} training rows, are one cluster. ` +
      'Each shares its credit with the others of its row: judge them together. Credits are group Shapley values (mean absolute ' +
      `log-odds) of the full ensemble on ${count(creditRows)} rows that it was fitted on.`,
  ];
}

/** Which models say the same, as Markdown: the credit of each cluster beside its members', the most alike pairs. */
export function redundancySection(decision: Decision): string {
  const { pairs, clusters } = decision.redundancy;
  const parts = redundancySentences(decision).map(escapeMarkdown);
  if (pairs.length === 0) return parts.join('\n\n');
  if (clusters.length > 0) parts.push(markdownTextTable(clusterTable(decision)));
  const table = pairTable(decision, MOST_PAIRS);
  return [...parts, `${table.caption}.`, markdownTextTable(table)].join('\n\n');
}
