/** The part of ml-cart 2 that is used; the package has no types of its own. */
declare module 'ml-cart' {
  export interface CartNode {
    readonly left?: CartNode;
    readonly right?: CartNode;
    /** rows with `x[splitColumn] < splitValue` go left */
    readonly splitColumn: number;
    readonly splitValue: number;
  }
  export class DecisionTreeClassifier {
    constructor(options: { gainFunction?: 'gini'; maxDepth?: number; minNumSamples?: number });
    readonly root: CartNode;
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
  }
  /** module.exports, all that a bundle of this CommonJS module gives */
  const exported: { readonly DecisionTreeClassifier: typeof DecisionTreeClassifier } | undefined;
  export default exported;
}
