import { quote } from '../../errors.js';
import { type Table, textAt } from '../../io/table.js';
import type { LayoutContext, ModelColumns } from './column-layout.js';
import { isBookkeeping, isTruth, parsePositive, parsePrediction } from './names.js';
import { sampleRows } from './spot-check.js';

/** A column is a model's answers when at least this share of them are class names: language models digress. */
const MOSTLY = 0.9;

export interface LabelColumns {
  readonly models: readonly ModelColumns[];
  readonly notes: readonly string[];
}

/**
 * Hard labels that a column's name announces (`bert_prediction`, `prediction`), of models that have no probabilities:
 * where both are given, probabilities say more.
 */
export function namedLabelColumns(
  names: readonly string[],
  probabilities: readonly ModelColumns[],
): LabelColumns {
  const have = new Set(probabilities.map(({ model }) => model));
  const models: ModelColumns[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const parsed = parsePrediction(name);
    if (parsed === null) continue;
    if (have.has(parsed.model)) notes.push(preferred(name));
    else models.push(labelColumn(name, parsed.model));
    have.add(parsed.model);
  }
  notes.push(...names.filter((name) => have.has(name) && parsePrediction(name) === null).map(preferred));
  return { models, notes };
}

function preferred(column: string): string {
  return `hard labels in ${quote(column)} are left aside: the model's probabilities are beside them`;
}

function labelColumn(column: string, model: string | null): ModelColumns {
  return { model, source: { shape: 'label', column }, logits: false };
}

/**
 * Columns that only their values show to be hard labels: every column of class names but the truth, folds and ids.
 * The official baseline's `example_id, esci_label` is one model's answers, unless the file is the examples' own.
 */
export function bareLabelColumns(
  table: Table,
  names: readonly string[],
  context: LayoutContext,
): ModelColumns[] {
  const candidates = names.filter((name) => !isBookkeeping(name));
  const models = candidates.filter((name) => !isTruth(name) && classShare(table, name, context) >= MOSTLY);
  if (models.length > 0) return models.map((name) => labelColumn(name, name));
  // the probability of an answer says nothing of the other classes
  const answers = candidates.filter((name) => parsePositive(name) === null);
  const alone = answers.length === 1 && isTruth(answers[0]) && !context.isData && context.key !== null;
  if (!alone || classShare(table, answers[0], context) === 0) return [];
  if (answers.length < candidates.length && isAllTruth(table, answers[0], context)) return [];
  return [labelColumn(answers[0], null)];
}

/** Labelled rows from which on a column that is always right is a copy of the labels. */
const FEWEST_ROWS = 20;

/** Whether a column repeats the true labels. */
export function isAllTruth(table: Table, name: string, { match, truth }: LayoutContext): boolean {
  if (truth === undefined) return false;
  const column = table.columns.get(name)!;
  let labelled = 0;
  for (const row of sampleRows(table.rows)) {
    const label = truth(row);
    if (label < 0) continue;
    if (match(textAt(column, row) ?? '') !== label) return false;
    labelled++;
  }
  return labelled >= FEWEST_ROWS;
}

/** The share of a column's values that are class names; 0 for a column that can be no answers. */
export function classShare(table: Table, name: string, context: LayoutContext): number {
  const column = table.columns.get(name)!;
  if (column.kind === 'list') return 0;
  const known = new Map<string, boolean>();
  const matches = context.readings?.map((reading) => reading.match) ?? [context.match];
  let given = 0;
  let classes = 0;
  for (let row = 0; row < table.rows; row++) {
    const text = textAt(column, row);
    if (text === null || text === '') continue;
    if (!known.has(text))
      known.set(
        text,
        matches.some((match) => match(text) !== null),
      );
    if (known.size > MOST_ANSWERS) return 0;
    given++;
    if (known.get(text)) classes++;
  }
  return given === 0 ? 0 : classes / given;
}

/** More distinct values than this are no answers: ids and numbers are dismissed early. */
const MOST_ANSWERS = 1000;
