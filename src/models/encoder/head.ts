import type { Examples } from '../../data/examples/examples.js';
import { groupedFolds } from '../../data/examples/splits.js';
import { type BoostingOptions, boostingOptions } from '../../ensemble/boosting-options.js';
import { scoreMargins } from '../../ensemble/scoring/score.js';
import { crossValidateRounds, fitWithRounds } from '../../ensemble/training/cv.js';
import type { FeatureMatrix, TreeEnsemble } from '../../ensemble/tree.js';
import { EsciSelectError } from '../../errors.js';
import { softmaxRows } from '../../math/softmax.js';
import type { CurvePoint } from '../model.js';

/** Trees on a language model's numbers, and how they were learnt. */
export interface TreeHead {
  readonly ensemble: TreeEnsemble;
  readonly curve: readonly CurvePoint[];
}

/** Small trees, each a twentieth of a step: a dozen numbers hold no more. */
const BOOSTING: Partial<BoostingOptions> = {
  rounds: 400,
  learningRate: 0.05,
  maxDepth: 3,
  minChildWeight: 3,
  minDataInLeaf: 10,
  featureFraction: 0.6,
  classWeights: 'none',
};

/** Folds of whole queries by which the number of rounds is chosen. */
const FOLDS = 5;

/** Rounds where there are fewer queries than folds. */
const FEW_QUERIES_ROUNDS = 40;

/** What a head learns from: the examples' labels, and a table with a line for each of `rows`. */
export interface HeadInput {
  readonly examples: Examples;
  /** labelled */
  readonly rows: Int32Array;
  /** [element of rows][column] */
  readonly features: FeatureMatrix;
  readonly seed: number;
  readonly onRound?: (point: CurvePoint, rounds: number) => void;
}

/**
 * Boosted trees with the number of rounds that loses least on held-out queries, refitted on all rows. The curve is that
 * of the held-out loss.
 *
 * @throws EsciSelectError('data') without a row to learn from
 */
export function fitHead({ examples, rows, features, seed, onRound }: HeadInput): TreeHead {
  if (rows.length === 0) {
    throw new EsciSelectError(
      'data',
      'no labelled row is left whose query the language model has not learnt from',
      {
        hint: 'judge further queries, or correct the list that trainedOn names in esci-select.json',
      },
    );
  }
  const classes = examples.labelSpace.classes.length;
  const labels = Int16Array.from(rows, (row) => examples.label[row]);
  const every = Int32Array.from(rows, (_, at) => at);
  const options = boostingOptions({ ...BOOSTING, seed });
  const data = { features, labels, classes, rows: every, options };
  const groups = Int32Array.from(rows, (row) => examples.group[row]);
  if (new Set(groups).size < FOLDS) {
    return { ensemble: fitWithRounds(data, FEW_QUERIES_ROUNDS), curve: [onlyPoint(data)] };
  }
  const foldOf = Int16Array.from(groupedFolds(groups, FOLDS, seed));
  const { rounds, curve } = crossValidateRounds({
    ...data,
    foldOf,
    folds: FOLDS,
    onProgress: (round, loss) => onRound?.({ epoch: round - 1, loss, validationLoss: loss }, options.rounds),
  });
  const points = Array.from(curve.subarray(0, rounds), (loss, epoch) => ({
    epoch,
    loss,
    validationLoss: loss,
  }));
  return { ensemble: fitWithRounds(data, rounds), curve: points };
}

/** A curve of the loss that the classes' frequencies have, where no loss was taken. */
function onlyPoint({ labels, classes }: { labels: Int16Array; classes: number }): CurvePoint {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]++;
  const loss = counts.reduce((sum, count) => {
    const share = count / labels.length;
    return count === 0 ? sum : sum - share * Math.log(share);
  }, 0);
  return { epoch: 0, loss, validationLoss: null };
}

/** Probabilities [line of the table][class]. */
export function headProbabilities({ ensemble }: TreeHead, features: FeatureMatrix): Float32Array {
  return softmaxRows(scoreMargins(ensemble, features), ensemble.classes);
}

/** Numbers that the trees hold: a test of a column with a threshold in a node, a value in a leaf. */
export function headParameters({ ensemble }: TreeHead): number {
  return ensemble.trees.reduce((sum, { left }) => sum + left.length, 0);
}
