import type { CartNode } from 'ml-cart';
import type { TrustNode, TrustTree } from '../insights.js';
import type { Answers, Question } from './questions.js';

/** ml-cart's time grows with the square of the rows. */
export const MOST_TRUST_ROWS = 1000;
const MAX_DEPTH = 3;
/** rows below which a node is not split, and fewest rows to fit on at all */
const FEWEST_ROWS = 30;

export interface TrustInput {
  readonly answers: Answers;
  /** [row] the model that the ensemble listens to most, an index into `models` */
  readonly trusted: readonly number[];
  readonly models: readonly string[];
  /** [row] whether the row is held out to judge the tree; of whole queries */
  readonly heldOut: readonly boolean[];
}

/**
 * A decision tree (CART, ml-cart) of when the ensemble listens most to whom, judged on the rows held out. Null where
 * the fitted rows are fewer than 30, none is held out, or one model is always the one. O(rows^2) for one level.
 */
export async function fitTrust(input: TrustInput): Promise<TrustTree | null> {
  const { answers, trusted, models, heldOut } = input;
  const all = [...trusted.keys()].slice(0, MOST_TRUST_ROWS);
  // by label: ml-cart then tries one threshold per value and label, not one per row
  const fitted = all.filter((row) => !heldOut[row]).sort((a, b) => trusted[a] - trusted[b] || a - b);
  const judged = all.filter((row) => heldOut[row]);
  if (fitted.length < FEWEST_ROWS || judged.length === 0) return null;
  if (fitted.every((row) => trusted[row] === trusted[fitted[0]])) return null;
  // a bundle has the names of a CommonJS module on its default export alone
  const module = await import('ml-cart');
  const { DecisionTreeClassifier } = module.default ?? module;
  const cart = new DecisionTreeClassifier({ maxDepth: MAX_DEPTH, minNumSamples: FEWEST_ROWS });
  cart.train(
    fitted.map((row) => answers.rows[row]),
    fitted.map((row) => trusted[row]),
  );
  const grow = (node: CartNode, rows: readonly number[]) => nodeOf(node, rows, input);
  const root = grow(cart.root, fitted);
  const named = (row: number) => models[trusted[row]];
  const usual = mostFrequent(fitted.map(named));
  const share = (right: (row: number) => boolean) => judged.filter(right).length / judged.length;
  return {
    fittedRows: fitted.length,
    heldOutRows: judged.length,
    fidelity: share((row) => trustedBy(root, answers.questions, answers.rows[row]) === named(row)),
    baseline: { model: usual.name, fidelity: share((row) => named(row) === usual.name) },
    root,
  };
}

/** The tree as data; a rule whose both ends name the same model is no rule. */
function nodeOf(node: CartNode, rows: readonly number[], input: TrustInput): TrustNode {
  const { answers, trusted, models } = input;
  const here = mostFrequent(rows.map((row) => models[trusted[row]]));
  const leaf: TrustNode = {
    kind: 'leaf',
    model: here.name,
    rows: rows.length,
    share: here.count / rows.length,
  };
  if (node.left === undefined || node.right === undefined) return leaf;
  const isBelow = (row: number) => answers.rows[row][node.splitColumn] < node.splitValue;
  const below = nodeOf(node.left, rows.filter(isBelow), input);
  const above = nodeOf(
    node.right,
    rows.filter((row) => !isBelow(row)),
    input,
  );
  if (below.kind === 'leaf' && above.kind === 'leaf' && below.model === above.model) return leaf;
  const { text, kind } = answers.questions[node.splitColumn];
  const threshold = kind === 'number' ? node.splitValue : null;
  return { kind: 'split', question: text, threshold, below, above };
}

/** The model that a tree names for a row. */
function trustedBy(node: TrustNode, questions: readonly Question[], row: readonly number[]): string {
  if (node.kind === 'leaf') return node.model;
  const value = row[questions.findIndex(({ text }) => text === node.question)];
  return trustedBy(value < (node.threshold ?? 0.5) ? node.below : node.above, questions, row);
}

/** The most frequent of some names, the first of equals by name. */
function mostFrequent(names: readonly string[]): { name: string; count: number } {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [name, count] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  return { name, count };
}
