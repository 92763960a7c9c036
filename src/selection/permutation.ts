import { scoreMargins } from '../ensemble/scoring/score.js';
import { fitWithRounds } from '../ensemble/training/train.js';
import { rowLoss } from '../evaluation/statistics.js';
import { createRandom } from '../math/random.js';
import { putRows, takeRows } from '../math/rows.js';
import { softmaxRows } from '../math/softmax.js';
import { SUBSET_BOOSTING } from './subset-fit.js';
import { type ScorerInput, takeSample } from './subset-scorer.js';

/**
 * By how much the log-loss of the ensemble of all models rises when one model's answers are shuffled among held-out rows,
 * all its columns together (Breiman 2001, grouped by model), [model]; nats per row. Fitted and judged on the folds that
 * sets are scored on. O(rounds rows columns models).
 */
export function permutationImportance(input: ScorerInput): number[] {
  const { features, binned, labels, folds, classes } = takeSample(input);
  const [foldOf] = folds;
  const models = features.columns / classes;
  const random = createRandom(input.seed).fork('permutation');
  const rises = new Array<number>(models).fill(0);
  const all = Int32Array.from(labels.keys());
  for (const fold of new Set(foldOf)) {
    const training = all.filter((row) => foldOf[row] !== fold);
    const held = all.filter((row) => foldOf[row] === fold);
    const ensemble = fitWithRounds(
      { features, binned, labels, classes, rows: training, options: SUBSET_BOOSTING },
      SUBSET_BOOSTING.rounds,
    );
    const lossOf = (values: Float32Array) => {
      const margins = scoreMargins(ensemble, { ...features, rows: held.length, values });
      const probabilities = softmaxRows(margins, classes);
      return held.reduce(
        (sum, row, at) => sum + rowLoss(probabilities, at * classes, classes, labels[row]),
        0,
      );
    };
    const own = takeRows(features.values, features.columns, held);
    const whole = lossOf(own);
    for (let model = 0; model < models; model++) {
      const order = random.shuffle(Int32Array.from(held.keys()));
      // a cell is a model's answer on a row
      const cell = (row: number) => row * models + model;
      const cells = Int32Array.from(held, (_, row) => cell(row));
      const shuffled = putRows(takeRows(own, classes, order.map(cell)), classes, cells, own.slice());
      rises[model] += lossOf(shuffled) - whole;
    }
  }
  return rises.map((rise) => rise / labels.length);
}
