/** What a model's place in or out of the set comes from; `useless` is no better than chance. */
export const REASON_NAMES = ['kept', 'forbidden', 'useless', 'over budget', 'redundant', 'no gain'] as const;

/** Why one model is kept or is not. */
export interface ModelReason {
  readonly reason: (typeof REASON_NAMES)[number];
  /** of a redundant model: the model kept that says the same, and the correlation of their probabilities */
  readonly as?: { readonly model: string; readonly correlation: number };
  /** of a model over the budget: the limit it breaks */
  readonly over?: OverLimit;
}

/** A limit that one more model would break. */
export interface OverLimit {
  /** the cost, or `models` for their number */
  readonly name: string;
  readonly limit: number;
  /** what the model adds to the cost of the set it would join */
  readonly needs: number;
  /** what that set leaves of the limit; all of it where the model does not even fit alone */
  readonly left: number;
}
