import { attributeModels } from '../../attribution/models.js';
import { scoreMargins } from '../../ensemble/scoring/score.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { modelFeatures } from '../stacking/features.js';

/** What the ensemble makes of some rows. */
export interface ExplainedRows {
  /** [row][model][class] signed summed SHAP */
  readonly shap: Float64Array;
  /** [row][class] */
  readonly margins: ArrayLike<number>;
}

/** Explains every row of a small matrix by an ensemble; that contributions add up to margins is checked. */
export function explainRows(ensemble: TreeEnsemble, matrix: PredictionMatrix): ExplainedRows {
  const { features, models, modelOfColumn } = modelFeatures(matrix);
  const margins = scoreMargins(ensemble, features);
  const shap = new Float64Array(matrix.rows * models.length * matrix.classes.length);
  const width = models.length * matrix.classes.length;
  attributeModels({
    ensemble,
    features,
    modelOfColumn,
    models,
    margins,
    onBlock: (block) => shap.set(block.shap, block.from * width),
  });
  return { shap, margins };
}
