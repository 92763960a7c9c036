import { createRandom } from '../../math/random.js';
import { argmaxAt } from '../../math/softmax.js';
import { customersOnly } from './customers-only.js';
import type { LocaleMarket } from './locale-market.js';
import { annotators, customers, know, labelProbabilities, relationPosterior } from './posterior.js';
import { RELATIONS, trueRelation } from './relation.js';

/** Scores of a set of answers. `expected` ones are over the noise that is left, given the evidence. */
interface CeilingScores {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
}

/**
 * The best possible scores on the test rows, from the generator's own probabilities: no estimate, but for
 * `behaviourOnlyAccuracy` (see `customersOnly`). All observers know the generator's rules and vocabulary and have the
 * labels of the training rows; they differ in what else they see. Each answers with the likeliest label.
 */
export interface Ceiling {
  /** test rows */
  readonly rows: number;
  /** all texts and behaviours, those of the pair itself included: no model can expect more */
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
  /** as `accuracy`, without the pair's own behaviours: the bound of a graph model that never uses the pair's own edge */
  readonly withoutOwnPairAccuracy: number;
  /** texts, and what the training labels of the same product tell about it */
  readonly textOnlyAccuracy: number;
  /** texts of products that were never judged before */
  readonly unseenTextOnlyAccuracy: number;
  /** queries and behaviours, without any product text: an upper estimate */
  readonly behaviourOnlyAccuracy: number;
  /** what all evidence would give if nothing were hidden: the label noise alone */
  readonly noiseOnlyAccuracy: number;
  /** the most frequent label for every row, on the labels as drawn */
  readonly floorAccuracy: number;
  /** the best answers (all evidence) scored on the labels as drawn */
  readonly realised: CeilingScores;
}

/** Expected counts: [label * RELATIONS + answer]. */
type Confusion = Float64Array;

/** Computes the ceilings over all markets' test rows. O(rows x witnesses per item). */
export function ceilingOf(markets: readonly LocaleMarket[], seed: number): Ceiling {
  const tallies = {
    all: new Float64Array(RELATIONS * RELATIONS),
    realised: new Float64Array(RELATIONS * RELATIONS),
    withoutOwnPair: new Float64Array(RELATIONS * RELATIONS),
    text: new Float64Array(RELATIONS * RELATIONS),
    unseenText: new Float64Array(RELATIONS * RELATIONS),
    noise: new Float64Array(RELATIONS * RELATIONS),
  };
  for (const market of markets) addMarket(market, tallies);
  const all = scoresOf(tallies.all);
  return {
    rows: Math.round(tallies.realised.reduce((sum, count) => sum + count, 0)),
    ...all,
    withoutOwnPairAccuracy: scoresOf(tallies.withoutOwnPair).accuracy,
    textOnlyAccuracy: scoresOf(tallies.text).accuracy,
    unseenTextOnlyAccuracy: scoresOf(tallies.unseenText).accuracy,
    behaviourOnlyAccuracy: customersOnly(markets, createRandom(seed).fork('customers-only')),
    noiseOnlyAccuracy: scoresOf(tallies.noise).accuracy,
    floorAccuracy: floorOf(tallies.realised),
    realised: scoresOf(tallies.realised),
  };
}

type Tallies = Record<'all' | 'realised' | 'withoutOwnPair' | 'text' | 'unseenText' | 'noise', Confusion>;

function addMarket(market: LocaleMarket, tallies: Tallies): void {
  const { queries, products, judgements, isTest } = market;
  const labels = annotators(judgements.filter(({ query }) => !isTest[query]));
  const everything = know(queries, products, [...labels, ...customers(market.log)]);
  const texts = know(queries, products, labels);
  const nothing = know(queries, products, []);
  for (const { query, product, label } of judgements) {
    if (!isTest[query]) continue;
    const all = labelProbabilities(relationPosterior(everything, query, product, true));
    add(tallies.all, all);
    tallies.realised[label * RELATIONS + argmaxAt(all, 0, RELATIONS)]++;
    add(tallies.withoutOwnPair, labelProbabilities(relationPosterior(everything, query, product, false)));
    add(tallies.text, labelProbabilities(relationPosterior(texts, query, product, true)));
    add(tallies.unseenText, labelProbabilities(relationPosterior(nothing, query, product, true)));
    const known = new Float64Array(RELATIONS);
    known[trueRelation(queries[query], products[product])] = 1;
    add(tallies.noise, labelProbabilities(known));
  }
}

function add(confusion: Confusion, probabilities: Float64Array): void {
  const answer = argmaxAt(probabilities, 0, RELATIONS);
  probabilities.forEach((probability, label) => {
    confusion[label * RELATIONS + answer] += probability;
  });
}

/** Accuracy and F1 from (expected) counts, as scikit-learn defines them. */
function scoresOf(confusion: Confusion): CeilingScores {
  let total = 0;
  let hits = 0;
  let macro = 0;
  let weighted = 0;
  for (let label = 0; label < RELATIONS; label++) {
    let support = 0;
    let answered = 0;
    for (let other = 0; other < RELATIONS; other++) {
      support += confusion[label * RELATIONS + other];
      answered += confusion[other * RELATIONS + label];
    }
    const hit = confusion[label * RELATIONS + label];
    const f1 = support + answered === 0 ? 0 : (2 * hit) / (support + answered);
    total += support;
    hits += hit;
    macro += f1 / RELATIONS;
    weighted += f1 * support;
  }
  return { accuracy: hits / total, macroF1: macro, weightedF1: weighted / total };
}

function floorOf(realised: Confusion): number {
  const supports = Array.from({ length: RELATIONS }, (_, label) =>
    realised.subarray(label * RELATIONS, (label + 1) * RELATIONS).reduce((sum, count) => sum + count, 0),
  );
  return Math.max(...supports) / supports.reduce((sum, count) => sum + count, 0);
}
