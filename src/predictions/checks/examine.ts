import { type Examples, type Finding, UNLABELLED } from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import { argmaxAt } from '../../math/softmax.js';
import type { ImportedModel } from '../import-options.js';
import { bestAssignment } from './assignment.js';
import { findDisguise } from './disguise.js';
import { findInSample } from './in-sample.js';
import { findTwins } from './twins.js';

/** A relabelling of the classes that raises accuracy by more than this looks like a wrong class order. */
const ORDER_GAIN = 0.1;
/** Probabilities that vary by less than this over all rows carry no information. */
const CONSTANT_RANGE = 1e-6;
/** Accuracy from here on is more likely a leak of the labels than a good model. */
const TOO_GOOD = 0.995;
const FEWEST_ROWS = 20;

/**
 * The import doctor: what looks wrong in predictions that are formally valid. Wrong class order, constant or one-class
 * models, twins, rounded probabilities, accuracy too good to be true, labels in disguise, predictions on the model's own
 * training rows. O(models x rows x classes).
 */
export function examineModels(
  models: readonly ImportedModel[],
  examples: Examples,
  orderOf: DeclaredOrder = () => null,
): Finding[] {
  const single = models.flatMap((model) => examineModel(model, examples, orderOf));
  return [...single, ...findTwins(models, examples.labelSpace.classes.length)];
}

/** The declared class of each position of a model whose classes are numbered; null where columns name them. */
export type DeclaredOrder = (model: string) => readonly number[] | null;

function examineModel(model: ImportedModel, examples: Examples, orderOf: DeclaredOrder): Finding[] {
  const { classes } = examples.labelSpace;
  const confusion = confusionOf(model, examples);
  const labelled = confusion.reduce((sum, count) => sum + count, 0);
  return [
    ...classOrder(model, classes, { confusion, labelled }, orderOf(model.card.name)),
    ...leaks(model, examples, confusion, labelled),
    ...degenerate(model, classes),
    ...rounded(model),
  ];
}

/** Counts [true class][predicted class] over the labelled rows that the model covers. */
function confusionOf({ values }: ImportedModel, examples: Examples): Float64Array {
  const count = examples.labelSpace.classes.length;
  const confusion = new Float64Array(count * count);
  for (let row = 0; row < examples.rows; row++) {
    const label = examples.label[row];
    if (label === UNLABELLED || Number.isNaN(values[row * count])) continue;
    confusion[label * count + argmaxAt(values, row * count, count)]++;
  }
  return confusion;
}

function trace(confusion: Float64Array, count: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) sum += confusion[k * count + k];
  return sum;
}

function classOrder(
  { card }: ImportedModel,
  classes: readonly string[],
  { confusion, labelled }: { confusion: Float64Array; labelled: number },
  declared: readonly number[] | null,
): Finding[] {
  if (labelled < FEWEST_ROWS) return [];
  const count = classes.length;
  const best = bestAssignment(confusion, count);
  const after = best.reduce((sum, column, row) => sum + confusion[row * count + column], 0) / labelled;
  const before = trace(confusion, count) / labelled;
  if (after - before <= ORDER_GAIN) return [];
  const order = classes.map((_, position) => classes[best.indexOf(position)]);
  return [
    {
      severity: 'warning',
      code: 'class-order',
      message: `model ${quote(card.name)} would be right on ${percent(after)} instead of ${percent(before)} of ${labelled} labelled rows if its classes stood in the order ${order.join(', ')}`,
      count: labelled,
      hint:
        declared === null
          ? "check the columns' names, which say the classes: rename them where they are wrong"
          : `check the order that is declared; --class-order ${declared.map((k) => order[k]).join(',')} would give that accuracy`,
    },
  ];
}

/** Labels told outright, else in disguise, and answers on rows that the model learned from. */
function leaks(
  model: ImportedModel,
  examples: Examples,
  confusion: Float64Array,
  labelled: number,
): Finding[] {
  const outright = tooGood(model, examples.labelSpace.classes.length, confusion, labelled);
  const hidden = outright.length > 0 ? outright : findDisguise(model, examples);
  return [...hidden, ...findInSample(model, examples)];
}

function tooGood(
  { card }: ImportedModel,
  count: number,
  confusion: Float64Array,
  labelled: number,
): Finding[] {
  const accuracy = trace(confusion, count) / labelled;
  if (labelled < FEWEST_ROWS || accuracy < TOO_GOOD) return [];
  return [
    {
      severity: 'warning',
      code: 'suspicious-accuracy',
      message: `model ${quote(card.name)} is right on ${percent(accuracy)} of ${labelled} labelled rows: are these the labels, or predictions on its own training rows?`,
      count: labelled,
      hint: 'import predictions of rows that the model was not trained on',
    },
  ];
}

function degenerate({ card, values }: ImportedModel, classes: readonly string[]): Finding[] {
  const count = classes.length;
  const lowest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const highest = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const chosen = new Uint8Array(count);
  for (let start = 0; start < values.length; start += count) {
    if (Number.isNaN(values[start])) continue;
    chosen[argmaxAt(values, start, count)] = 1;
    for (let k = 0; k < count; k++) {
      const value = values[start + k];
      if (value < lowest[k]) lowest[k] = value;
      if (value > highest[k]) highest[k] = value;
    }
  }
  if (card.covered < 2) return [];
  const constant = lowest.every((low, k) => highest[k] - low < CONSTANT_RANGE);
  if (!constant && chosen.indexOf(1) !== chosen.lastIndexOf(1)) return [];
  const what = constant
    ? 'predicts the same for every row'
    : `always chooses ${quote(classes[chosen.indexOf(1)])}`;
  return [
    {
      severity: constant ? 'warning' : 'note',
      code: constant ? 'constant-model' : 'one-class-model',
      message: `model ${quote(card.name)} ${what}`,
      count: card.covered,
    },
  ];
}

function rounded({ card, values }: ImportedModel): Finding[] {
  if (card.kind !== 'probabilities' || card.covered < 2) return [];
  for (let at = 0; at < values.length; at++) {
    if (values[at] !== 0 && values[at] !== 1 && !Number.isNaN(values[at])) return [];
  }
  return [
    {
      severity: 'note',
      code: 'probabilities-are-labels',
      message: `probabilities of model ${quote(card.name)} are all 0 or 1: they look like hard labels`,
      count: card.covered,
      hint: 'export unrounded probabilities if the model has them',
    },
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
