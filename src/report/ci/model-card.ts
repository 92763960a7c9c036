import { EsciSelectError, quote } from '../../errors.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import type { Report } from '../report.js';
import { decisionSentence, evidenceSentences, protocolSentence } from '../sentences.js';
import { comparisonTable } from '../tables.js';

/** The data set that scores are of, as somebody has declared it. */
export interface DeclaredDataset {
  /** as on the Hub: `tasksource/esci` */
  readonly id: string;
  readonly name: string;
}

/**
 * Reads `id` or `id=name`.
 *
 * @throws EsciSelectError('usage') where none is given, or its id is not one of the Hub
 */
export function parseDataset(text: string | undefined): DeclaredDataset {
  if (text === undefined) {
    throw new EsciSelectError(
      'usage',
      'model card needs the data set that its scores are of, and nobody declared one',
      {
        hint: 'give --dataset ID=NAME, such as tasksource/esci="Shopping Queries"; of data that is not public: my-team/judgements',
      },
    );
  }
  const [, id, name] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
  if (/^[\w.-]+(?:\/[\w.-]+)?$/.test(id) && name !== '') return { id, name: name ?? id };
  throw new EsciSelectError('usage', `data set ${quote(text)} is not ID or ID=NAME`, {
    hint: 'such as tasksource/esci="Shopping Queries"',
  });
}

/**
 * A model card for the Hugging Face Hub: YAML with a model-index, then the decision and its scores in words.
 *
 * Source: huggingface/hub-docs, modelcard.md, "model-index".
 */
export function renderModelCard(report: Report, dataset: DeclaredDataset): string {
  const { decision } = report;
  const { pruned } = decision.metrics;
  const metrics = [
    ['f1', 'macro F1', pruned.macroF1, 'macro'],
    ['f1', 'weighted F1', pruned.weightedF1, 'weighted'],
    ['accuracy', 'accuracy', pruned.accuracy, null],
  ] as const;
  const split = decision.protocol.mode === 'holdout' ? 'test' : 'train';
  return [
    '---',
    'library_name: esci-select',
    'pipeline_tag: text-classification',
    'tags:',
    '- esci-select',
    'model-index:',
    '- name: esci-select ensemble',
    '  results:',
    '  - task:',
    '      type: text-classification',
    '      name: query-product relevance',
    '    dataset:',
    `      type: ${yaml(dataset.id)}`,
    `      name: ${yaml(dataset.name)}`,
    `      split: ${split}`,
    '    metrics:',
    ...metrics.flatMap(([type, name, value, average]) => [
      `    - type: ${type}`,
      `      name: ${name}`,
      `      value: ${value}`,
      ...(average === null ? [] : ['      args:', `        average: ${average}`]),
    ]),
    '---',
    '',
    '# Query-product relevance, an ensemble chosen by esci-select',
    '',
    escapeMarkdown(decisionSentence(decision)),
    '',
    ...evidenceSentences(decision).map((sentence) => `- ${escapeMarkdown(sentence)}`),
    '',
    escapeMarkdown(protocolSentence(decision)),
    '',
    markdownTextTable(comparisonTable(decision, { narrow: true })),
    '',
  ].join('\n');
}

/** A text as a YAML scalar: JSON's strings are YAML's double-quoted ones. */
function yaml(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
