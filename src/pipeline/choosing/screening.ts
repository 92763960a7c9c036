import type { Examples } from '../../data/examples/examples.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { screenModels } from '../../evaluation/screen-models.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { judgedSample } from '../../selection/subset-scorer.js';
import { modelFeatures } from '../stacking/features.js';
import { numbered } from './selecting.js';

/** How a model does against chance on the training rows: the z of `rank`'s table. */
export interface ScreenSummary {
  /** standard deviations above its own answers with labels permuted within locale */
  readonly z: number;
  /** whether it does better than chance; `rank` makes no candidate of one that does not */
  readonly passed: boolean;
}

/** Screens every model of a run, in the order of its cards, on the rows that a choice looks at. O(rows columns). */
export function screenRun(
  examples: Examples,
  protocol: Protocol,
  matrix: PredictionMatrix,
  seed: number,
): ScreenSummary[] {
  const { trainRows, foldOf } = protocol;
  const locales = numbered(examples.locale);
  const sample = judgedSample({
    features: modelFeatures(matrix).features,
    classes: matrix.classes.length,
    labels: examples.label,
    rows: trainRows,
    foldOf: Int16Array.from(trainRows, (row) => foldOf[row]),
    queries: Int32Array.from(trainRows, (row) => examples.group[row]),
    locales: Int32Array.from(trainRows, (row) => locales[row]),
    seed,
  });
  return screenModels(sample).map(({ z, passed }) => ({ z, passed }));
}
