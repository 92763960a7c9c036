import { EsciSelectError, quote } from '../../errors.js';
import { type Table, textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import type { LayoutContext, ModelColumns } from './column-layout.js';
import { classShare, isAllTruth } from './label-columns.js';
import { isTruth, parsePrediction } from './names.js';
import { answersAt, percent, sampleRows, shareRight } from './spot-check.js';

/** Share of a column's values that must be class names for it to be answers. */
const MOSTLY = 0.9;
/** Rows from which on a clean cut between the answers shows whose probability a column is. */
const FEWEST_ROWS = 20;

/**
 * Of two classes, a model with one column of numbers beside one of answers: whose probability is it? Of the positive class
 * if a cut parts the answers, of the answer itself if it is never below one half, as exports of the best label are. Throws
 * 'data' with what both readings would score where neither holds.
 */
export function withAnswer(
  table: Table,
  model: ModelColumns,
  names: readonly string[],
  context: LayoutContext,
): ModelColumns {
  const { source } = model;
  if (source.shape !== 'positive' || model.logits || context.isData) return model;
  const label = names.find((name) => isAnswerOf(name, model) && classShare(table, name, context) >= MOSTLY);
  if (label === undefined) return model;
  const seen = look(table, source.column, label, context);
  const answer: ModelColumns = { ...model, source: { shape: 'answer', label, column: source.column } };
  const other: ModelColumns = { ...model, source: { ...source, classIndex: 1 - source.classIndex } };
  const copied = isTruth(label) && isAllTruth(table, label, context);
  if (seen.parts === 'with' && !copied) return model;
  if (seen.parts === 'against' && !copied) return other;
  if (copied && !seen.aboveHalf) return model;
  if (!copied && seen.aboveHalf) return answer;
  return refuseBoth(table, model, answer, context);
}

function isAnswerOf(name: string, { model }: ModelColumns): boolean {
  const prediction = parsePrediction(name);
  return prediction === null ? model === null && isTruth(name) : prediction.model === model;
}

interface Seen {
  /** never below one half */
  readonly aboveHalf: boolean;
  /** whether a cut of the numbers parts the answers: the second class above it, or below, or neither */
  readonly parts: 'with' | 'against' | null;
}

function look(table: Table, score: string, label: string, { match }: LayoutContext): Seen {
  const values: [number[], number[]] = [[], []];
  for (const row of sampleRows(table.rows)) {
    const value = parseNumber(textAt(table.columns.get(score)!, row) ?? '');
    const answer = match(textAt(table.columns.get(label)!, row) ?? '');
    if (value !== null && answer !== null) values[answer].push(value);
  }
  const [first, second] = values;
  const half = Math.max(...first, ...second) > 1 ? 50 : 0.5;
  const cut = first.length > 0 && second.length > 0 && first.length + second.length >= FEWEST_ROWS;
  const parted = (low: readonly number[], high: readonly number[]) =>
    (cut && Math.max(...low) <= Math.min(...high)) ||
    (low.every((value) => value < half) && high.every((value) => value >= half));
  const parts = parted(first, second) ? 'with' : parted(second, first) ? 'against' : null;
  return { aboveHalf: Math.min(...first, ...second) >= half - 1e-9, parts };
}

function refuseBoth(
  table: Table,
  positive: ModelColumns,
  answer: ModelColumns,
  { classes, match, truth }: LayoutContext,
): never {
  const rows = sampleRows(table.rows);
  const labels = rows.map((row) => truth?.(row) ?? -1);
  const targets = rows.map((_, at) => at);
  const right = (model: ModelColumns) => {
    const share = shareRight(answersAt(table, model, rows, { classes, match }), targets, labels);
    return share === null ? '' : ` (right on ${percent(share)})`;
  };
  const { source } = answer;
  if (source.shape !== 'answer') throw new EsciSelectError('internal', 'no answer to compare with');
  const score = quote(source.column);
  throw new EsciSelectError(
    'data',
    `column ${score} may be the probability of ${quote(classes[1])}${right(positive)}, or of the answer in ${quote(source.label)}${right(answer)}`,
    {
      path: table.path,
      hint: `name ${score} 'p_${classes[1]}' and leave ${quote(source.label)} out if it is the former, write both classes' columns p_${classes[0]},p_${classes[1]} otherwise; --kind labels takes the answers alone`,
    },
  );
}
