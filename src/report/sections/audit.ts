import type { Decision } from '../../selection/decision.js';
import { count, listed, SCORE_TITLES, score } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import { auditTable } from './choice-tables.js';

/** What the choice costs against the best set in hindsight, in a sentence; none without an audit. */
export function auditSentences({ audit, strategy }: Decision): string[] {
  if (audit === null) return [];
  const { metric, best, subsets, regret } = audit;
  return [
    `What this choice costs you: choosing by ${strategy} loses ${score(regret)} ${SCORE_TITLES[metric]} against the best of ` +
      `${count(subsets)} sets that fit, in hindsight: ${listed(best.models)} (${score(best.score)}, small ensembles). ` +
      `Part of that is luck, because the best is picked on the very rows it is judged on.`,
  ];
}

/** The audit as a section of the Markdown report: no section without one. */
export function auditSection(decision: Decision): string[] {
  const { audit } = decision;
  if (audit === null) return [];
  const table = markdownTextTable(auditTable(audit));
  return [`## What the choice costs\n\n${escapeMarkdown(auditSentences(decision).join(' '))}\n\n${table}`];
}
