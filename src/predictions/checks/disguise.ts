import { type Examples, type Finding, UNLABELLED } from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import type { ImportedModel } from '../import-options.js';

/** Rows looked at, evenly spaced. */
const SAMPLE_ROWS = 20_000;
/** Rows that a class and the rest must have before a column is judged by it. */
const FEWEST_ROWS = 20;
/** Chance that a row of a class outranks a row of the others, from where on a column gives the class away. */
const GIVES_AWAY = 0.9995;
/** Share of rows of the commonest class of their answer, from where on answers are labels under other names. */
const PURE = 0.995;
/** Answers that repeat this often on average are codes, not estimates. */
const ROWS_PER_ANSWER = 10;

/**
 * Labels in disguise, in models whose most probable class does not give them away (`suspicious-accuracy` sees those): one
 * column that parts a class from the others almost without fail, or answers so few and so pure that they are the labels
 * under other numbers. O(min(rows, 20,000) x classes x (log rows + classes)).
 */
export function findDisguise(model: ImportedModel, examples: Examples): Finding[] {
  const rows = sampleRows(model, examples);
  if (rows.length < 2 * FEWEST_ROWS) return [];
  return givesAway(model, examples, rows) ?? fewAnswers(model, examples, rows) ?? [];
}

/** Labelled rows that the model covers, evenly spaced. */
function sampleRows({ values }: ImportedModel, { rows, label, labelSpace }: Examples): number[] {
  const step = Math.max(1, Math.ceil(rows / SAMPLE_ROWS));
  const found: number[] = [];
  for (let row = 0; row < rows; row += step) {
    if (label[row] !== UNLABELLED && !Number.isNaN(values[row * labelSpace.classes.length])) found.push(row);
  }
  return found;
}

function givesAway(model: ImportedModel, examples: Examples, rows: readonly number[]): Finding[] | null {
  const { classes } = examples.labelSpace;
  const labels = rows.map((row) => examples.label[row]);
  for (let column = 0; column < classes.length; column++) {
    const values = rows.map((row) => model.values[row * classes.length + column]);
    const shares = outranking(midRanks(values), labels, classes.length);
    for (let k = 0; k < classes.length; k++) {
      const share = shares[k];
      if (share === null || Math.max(share, 1 - share) < GIVES_AWAY) continue;
      const pairs = `${(100 * Math.max(share, 1 - share)).toFixed(2)}%`;
      const message = `model ${quote(model.card.name)}: its probability of ${quote(classes[column])} parts the rows labelled ${quote(classes[k])} from all others in ${pairs} of the pairs`;
      return [disguised(message, rows.length)];
    }
  }
  return null;
}

/** Ranks from 1, equal values sharing their mean rank. */
function midRanks(values: readonly number[]): Float64Array {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let at = start; at < end; at++) ranks[order[at]] = (start + end + 1) / 2;
    start = end;
  }
  return ranks;
}

/** The area under the ROC curve (Mann-Whitney) of each class against the rest; null where one side has too few rows. */
function outranking(ranks: Float64Array, labels: readonly number[], classes: number): (number | null)[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  labels.forEach((label, at) => {
    sums[label] += ranks[at];
    counts[label]++;
  });
  return Array.from(counts, (count, k) => {
    const others = labels.length - count;
    if (count < FEWEST_ROWS || others < FEWEST_ROWS) return null;
    return (sums[k] - (count * (count + 1)) / 2) / (count * others);
  });
}

function fewAnswers(model: ImportedModel, examples: Examples, rows: readonly number[]): Finding[] | null {
  const count = examples.labelSpace.classes.length;
  const labelsOf = new Map<string, Float64Array>();
  const answered = new Set<number>();
  for (const row of rows) {
    const answer = model.values.subarray(row * count, (row + 1) * count).join(' ');
    if (!labelsOf.has(answer)) labelsOf.set(answer, new Float64Array(count));
    labelsOf.get(answer)![examples.label[row]]++;
    answered.add(examples.label[row]);
  }
  if (answered.size < 2 || labelsOf.size * ROWS_PER_ANSWER > rows.length) return null;
  const commonest =
    [...labelsOf.values()].reduce((sum, labels) => sum + Math.max(...labels), 0) / rows.length;
  const shares = Array.from(
    { length: count },
    (_, k) => rows.filter((row) => examples.label[row] === k).length,
  );
  // one class that is nearly all of the rows is pure by itself
  if (commonest < PURE || Math.max(...shares) / rows.length >= PURE) return null;
  const message = `model ${quote(model.card.name)} gives only ${labelsOf.size} different answers, each of them to one label in ${(100 * commonest).toFixed(1)}% of ${rows.length} rows`;
  return [disguised(message, rows.length)];
}

function disguised(message: string, count: number): Finding {
  return {
    severity: 'warning',
    code: 'labels-in-disguise',
    message: `${message}: is it made from the labels?`,
    count,
    hint: 'leave the model out, unless its predictions are of rows that neither it nor its inputs were labelled by',
  };
}
