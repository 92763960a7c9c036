/** Ways to say what a model contributes, by the name under which a decision holds them. */
export const MEASURE_NAMES = [
  'shap',
  'groupShap',
  'towards',
  'refit',
  'permutation',
  'gain',
  'solo',
] as const;

export type MeasureName = (typeof MEASURE_NAMES)[number];

/** One model by every measure; more is more useful in each. */
export interface MeasuredModel {
  readonly model: string;
  readonly values: Readonly<Record<MeasureName, number>>;
  /** two standard errors of the refit value; 0 where it is exact */
  readonly refitMargin: number;
  /** by each measure, from 1 */
  readonly ranks: Readonly<Record<MeasureName, number>>;
  /** worst rank less best rank */
  readonly spread: number;
  /** whether the spread is so large that the model's place is a matter of the measure */
  readonly disputed: boolean;
}

/**
 * Contributions by several measures side by side. shap: summed TreeSHAP, mean size, log-odds. groupShap: Shapley value of
 * the model as one player, same. towards: signed summed TreeSHAP of the true class above the mean of the classes. refit:
 * Shapley value of the game in which a set is worth the cross-validated log-loss that an ensemble refitted on it saves
 * over the class shares, nats. permutation: rise of log-loss by shuffling the model's answers, nats. gain: share of the
 * full ensemble's loss reduction by splits on the model's columns. solo: the metric of the model alone on selection rows
 * (log-loss with its sign turned).
 */
export interface Measures {
  /** in order of rank by summed SHAP */
  readonly models: readonly MeasuredModel[];
  /** whether refit values are over all sets, rather than over orders drawn, and how many orders */
  readonly exact: boolean;
  readonly orders: number;
  /** ranks apart from which a model is disputed */
  readonly disputedFrom: number;
}

/** Ranks apart from which a place is disputed: a third of the models, and at least 2. */
function disputedFrom(models: number): number {
  return Math.max(2, Math.ceil(models / 3));
}

/** A model's values, before ranks. */
export interface MeasureInput {
  readonly model: string;
  readonly values: Readonly<Record<MeasureName, number>>;
  readonly refitMargin: number;
}

/** Ranks models by every measure, ties by name, and flags those whose place depends on which is asked. */
export function compareMeasures(
  inputs: readonly MeasureInput[],
  refit: { readonly exact: boolean; readonly orders: number },
): Measures {
  const from = disputedFrom(inputs.length);
  const places = MEASURE_NAMES.map((name) => {
    const order = [...inputs].sort((a, b) => b.values[name] - a.values[name] || (a.model < b.model ? -1 : 1));
    return new Map(order.map(({ model }, at) => [model, at + 1]));
  });
  const models = inputs.map((input): MeasuredModel => {
    const ranks = {} as Record<MeasureName, number>;
    MEASURE_NAMES.forEach((name, at) => {
      ranks[name] = places[at].get(input.model)!;
    });
    const all = Object.values(ranks);
    const spread = Math.max(...all) - Math.min(...all);
    return { ...input, ranks, spread, disputed: spread >= from };
  });
  return {
    models: models.sort((a, b) => a.ranks.shap - b.ranks.shap),
    exact: refit.exact,
    orders: refit.orders,
    disputedFrom: from,
  };
}
