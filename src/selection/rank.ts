/** One model's place in the ranking. */
export interface RankedModel {
  readonly model: string;
  /** from 1 */
  readonly rank: number;
  /** summed TreeSHAP: mean over rows and classes of |sum over the model's columns of phi|, in margin (log-odds) units */
  readonly shap: number;
  /** mean over rows and classes of |Shapley value of the model as one player|, in the same units */
  readonly groupShap: number;
}

/** A model's two contributions, before ranking. */
export type Contribution = Omit<RankedModel, 'rank'>;

/** Orders models by summed TreeSHAP, the reference's measure (PP-GLAM, section 4), largest first; ties by name. */
export function rankModels(contributions: readonly Contribution[]): RankedModel[] {
  return [...contributions]
    .sort((a, b) => b.shap - a.shap || (a.model < b.model ? -1 : 1))
    .map((contribution, at) => ({ ...contribution, rank: at + 1 }));
}
