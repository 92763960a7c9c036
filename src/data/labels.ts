/** Ordered class names. The index of a class here is its index in every array of the program. */
export interface LabelSpace {
  /** 2 to 64 distinct names, e.g. exact, substitute, complement, irrelevant */
  readonly classes: readonly string[];
}

/** The scheme of the Shopping Queries Data Set: exact, substitute, complement, irrelevant. */
export const ESCI: LabelSpace = { classes: ['exact', 'substitute', 'complement', 'irrelevant'] };
