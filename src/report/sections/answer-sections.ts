import type { Decision } from '../../selection/decision.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import { answerSentences, candidateTable, ensembleSummaries, ruledTable, weightTable } from './answers.js';
import { bestSingleSentences, bestSingleTable } from './best-singles.js';

/** How answers are made, as a section of the Markdown report; none in decisions of earlier versions. */
export function answerSection(decision: Decision): string[] {
  if (decision.ensembles === undefined) return [];
  const candidates = ensembleSummaries(decision).map(([name, ensemble]) => candidateTable(name, ensemble));
  const tables = [...candidates, weightTable(decision), ruledTable(decision)].filter(
    (table) => table !== null,
  );
  return [
    [
      '## How answers are made',
      escapeMarkdown(answerSentences(decision).join(' ')),
      ...tables.map((table) => `${escapeMarkdown(table.caption)}:\n\n${markdownTextTable(table)}`),
    ].join('\n\n'),
  ];
}

/** The best single models chosen on training folds, as a section of the Markdown report; none in earlier versions. */
export function bestSingleSection(decision: Decision): string[] {
  const table = bestSingleTable(decision);
  if (table === null) return [];
  const sentences = escapeMarkdown(bestSingleSentences(decision).join(' '));
  return [`## Best single models\n\n${sentences}\n\n${markdownTextTable(table)}`];
}
