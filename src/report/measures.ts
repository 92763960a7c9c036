import type { Decision } from '../selection/decision.js';
import { MEASURE_NAMES, type MeasureName } from '../selection/measures.js';
import { count, listed, SCORE_TITLES, score, signed } from './format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import type { TextTable } from './tables.js';

/** Every model's value and rank by each measure; null without measures. */
export function measureTable({ measures, constraints }: Decision): TextTable | null {
  if (measures === undefined) return null;
  const titles: Readonly<Record<MeasureName, string>> = {
    ...{ shap: 'summed SHAP', groupShap: 'group Shapley', towards: 'towards the truth' },
    ...{ refit: 'refit Shapley (nats)', permutation: 'permutation (nats)', gain: 'gain' },
    solo: `${SCORE_TITLES[constraints.metric]} alone`,
  };
  return {
    caption: 'Contribution by several measures, each with the rank that it gives',
    head: ['model', ...MEASURE_NAMES.map((name) => titles[name]), 'ranks apart'],
    rows: measures.models.map(({ model, values, ranks, refitMargin, spread, disputed }) => [
      model,
      ...MEASURE_NAMES.map((name) => {
        const value = name === 'towards' || name === 'refit' ? signed(values[name]) : score(values[name]);
        const margin = name === 'refit' && refitMargin > 0 ? ` ±${score(refitMargin)}` : '';
        return `${value}${margin} (${ranks[name]})`;
      }),
      `${spread}${disputed ? ' disputed' : ''}`,
    ]),
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
  const text = markdownTable(
    table.head,
    table.rows.map((row) => row.map(String)),
  );
  return [`## Other measures\n\n${escapeMarkdown(measureSentences(decision).join(' '))}\n\n${text}`];
}
