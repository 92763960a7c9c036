import { gatherRows } from '../ensemble/feature-matrix.js';
import type { Screen } from './strategy.js';
import { binTable, SUBSET_BOOSTING, type SubsetTable, subsetPredictor, tallyFolds } from './subset-fit.js';
import { type SubsetScore, scoreTally } from './tally.js';

/** Rows and settings of the rough score: half the rounds, twice as fast a learner. */
const SCREEN_ROWS = 3000;
const SCREEN_BOOSTING = { ...SUBSET_BOOSTING, rounds: 12, learningRate: 0.4, maxBins: 16 };

/** Rows with the folds that their ensembles take turns on, [draw][row]; the first draw is used. */
export type FoldedTable = SubsetTable & { readonly folds: readonly Int16Array[] };

/** Scores on a few thousand rows with half the rounds, remembered; null where that saves little. */
export function createScreen(sample: FoldedTable): Screen | null {
  const allRows = sample.labels.length;
  if (allRows < 2 * SCREEN_ROWS) return null;
  const few = lazily(() => someRows(sample, SCREEN_ROWS));
  const remembered = new Map<string, SubsetScore>();
  const score = (models: readonly number[]) => {
    const ordered = [...models].sort((a, b) => a - b);
    const key = ordered.join(' ');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const predict = subsetPredictor(few(), ordered, SCREEN_BOOSTING);
    const fresh = scoreTally(tallyFolds(few(), predict, few().folds[0]));
    remembered.set(key, fresh);
    return fresh;
  };
  return { score, rows: SCREEN_ROWS, allRows };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Evenly spaced rows of a sample. */
function someRows(sample: FoldedTable, count: number): FoldedTable {
  const { features, labels, classes, folds } = sample;
  const rows = Int32Array.from({ length: count }, (_, at) => Math.floor((at * labels.length) / count));
  const few = gatherRows(features, rows);
  return {
    features: few,
    binned: binTable(few, SCREEN_BOOSTING.maxBins),
    classes,
    labels: Int16Array.from(rows, (row) => labels[row]),
    folds: folds.map((foldOf) => Int16Array.from(rows, (row) => foldOf[row])),
  };
}
