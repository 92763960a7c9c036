import type { Decision } from '../../selection/decision.js';
import { MEASURE_NAMES, type MeasureName } from '../../selection/measures.js';
import { count, listed, SCORE_TITLES, score, signed } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import type { Cell, TextTable } from '../tables.js';

/** A measure's column and, for those who were not told, what it says. */
function wordsOf(
  metric: Decision['constraints']['metric'],
): Readonly<Record<MeasureName, readonly [title: string, meaning: string]>> {
  return {
    shap: [
      'summed SHAP',
      'how far the model moves the answers of the full ensemble: mean size of its exact TreeSHAP values, log-odds',
    ],
    groupShap: ['group Shapley', 'the same, with each model as one player instead of one column per class'],
    towards: [
      'towards the truth',
      'the same with its sign, towards the true class: above 0 the model pushes the right way; log-odds',
    ],
    refit: [
      'refit Shapley (nats)',
      'the model’s share of the log-loss saved, over ensembles fitted again with and without it',
    ],
    permutation: [
      'permutation (nats)',
      'by how much log-loss rises when the model’s answers are shuffled among held-out rows',
    ],
    gain: [
      'gain',
      'share of the full ensemble’s loss reduction by splits on the model’s columns, on training rows',
    ],
    solo: [`${SCORE_TITLES[metric]} alone`, 'the metric of the model’s own answers, without an ensemble'],
  };
}

/** Every model's value and rank by each measure; null without measures. */
export function measureTable({ measures, constraints }: Decision): TextTable | null {
  if (measures === undefined) return null;
  const words = wordsOf(constraints.metric);
  return {
    caption: 'Contribution by several measures, each with the rank that it gives in brackets',
    head: ['model', ...MEASURE_NAMES.map((name) => words[name][0]), 'ranks apart'],
    rows: measures.models.map(({ model, values, ranks, refitMargin, spread, disputed }) => [
      model,
      ...MEASURE_NAMES.map((name): Cell => {
        const value = name === 'towards' || name === 'refit' ? signed(values[name]) : score(values[name]);
        const margin = name === 'refit' && refitMargin > 0 ? ` ±${score(refitMargin)}` : '';
        return [`${value}${margin}`, `(${ranks[name]})`];
      }),
      disputed ? [String(spread), 'disputed'] : String(spread),
    ]),
  };
}

/** What each measure says, a row each. */
export function measureMeanings({ constraints }: Decision): TextTable {
  const words = wordsOf(constraints.metric);
  return {
    caption: 'What the measures are',
    head: ['measure', 'what it says of a model'],
    rows: MEASURE_NAMES.map((name) => words[name]),
  };
}

/** Whose place depends on the measure, and how the costly measure was taken; none without measures. */
export function measureSentences({ measures }: Decision): string[] {
  if (measures === undefined) return [];
  const disputed = measures.models.filter((line) => line.disputed).map(({ model }) => model);
  const how = measures.exact
    ? 'Refit Shapley values are over all sets of models.'
    : `Refit Shapley values are means over ${count(measures.orders)} orders of the models, ± two standard errors.`;
  return [
    disputed.length === 0
      ? `No model's rank differs by ${measures.disputedFrom} or more between measures. ${how}`
      : `The place of ${listed(disputed)} depends on the measure: ranks differ by ${measures.disputedFrom} or more. ${how}`,
  ];
}

/** The measures as a section of the Markdown report; none without. */
export function measureSection(decision: Decision): string[] {
  const table = measureTable(decision);
  if (table === null) return [];
  return [
    `## Other measures\n\n${escapeMarkdown(measureSentences(decision).join(' '))}\n\n${markdownTextTable(table)}`,
  ];
}
