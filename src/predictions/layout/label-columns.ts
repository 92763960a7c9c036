import { quote } from '../../errors.js';
import { type Table, textAt } from '../../io/table.js';
import type { LayoutContext, ModelColumns } from './column-layout.js';
import { isBookkeeping, isTruth, parsePrediction } from './names.js';

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
  const alone = candidates.length === 1 && isTruth(candidates[0]) && !context.isData && context.key !== null;
  return alone && classShare(table, candidates[0], context) > 0 ? [labelColumn(candidates[0], null)] : [];
}

/** The share of a column's values that are class names; 0 for a column that can be no answers. */
function classShare(table: Table, name: string, context: LayoutContext): number {
  const column = table.columns.get(name)!;
  if (column.kind === 'list') return 0;
  const known = new Map<string, boolean>();
  let given = 0;
  let classes = 0;
  for (let row = 0; row < table.rows; row++) {
    const text = textAt(column, row);
    if (text === null || text === '') continue;
    if (!known.has(text)) known.set(text, context.match(text) !== null);
    if (known.size > MOST_ANSWERS) return 0;
    given++;
    if (known.get(text)) classes++;
  }
  return given === 0 ? 0 : classes / given;
}

/** More distinct values than this are no answers: ids and numbers are dismissed early. */
const MOST_ANSWERS = 1000;
