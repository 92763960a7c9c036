import type { Difference, Evaluation } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';
import { quantile } from '../math/quantiles.js';
import { type Decision, differenceOf, FULL, PRUNED } from '../selection/decision.js';
import type { NonInferiority } from '../selection/non-inferiority.js';
import { rivalOf } from './against.js';
import { count, listed, SCORE_TITLES, score, scoreWithInterval, signed } from './format.js';
import { headline } from './headline.js';
import type { DataSummary, Reproduction } from './report.js';

const HEADLINES: readonly ScoreName[] = ['accuracy', 'macroF1', 'weightedF1'];

/** The decision in words, and what its ensemble reaches. */
export function decisionSentence(decision: Decision): string {
  return `${headline(decision)} ${reachSentence(decision)}`;
}

/** What the ensemble of the models kept reaches. */
export function reachSentence({ metrics }: Decision): string {
  const macro = scoreWithInterval(metrics.pruned, 'macroF1');
  const accuracy = scoreWithInterval(metrics.pruned, 'accuracy');
  return `The ensemble of the models kept reaches accuracy ${accuracy} and macro F1 ${macro} on ${count(metrics.pruned.rows)} rows it did not see.`;
}

/** What the evidence says about pruning and combining, a sentence each. */
export function evidenceSentences(decision: Decision): string[] {
  const sentences: string[] = [];
  const pruning = differenceOf(decision, FULL, PRUNED);
  if (pruning !== undefined) sentences.push(`Pruned against full ensemble: ${verdicts(pruning)}.`);
  if (decision.nonInferiority !== null) sentences.push(marginSentence(decision.nonInferiority));
  for (const [title, target] of [
    ['Full', FULL],
    ['Pruned', PRUNED],
  ] as const) {
    const parts = HEADLINES.map((name) => {
      const { model, difference } = rivalOf(decision, name, target);
      return difference === undefined ? '' : `${verdict(difference, name)} over ${model}`;
    });
    const single =
      decision.bestSingles === undefined
        ? 'the best single model'
        : 'the best single model, chosen on training folds and answering by the same rule';
    sentences.push(`${title} ensemble against ${single}: ${parts.filter((part) => part !== '').join('; ')}.`);
  }
  return sentences;
}

const MARGIN_WORDS: Readonly<Record<NonInferiority['verdict'], (ensemble: string) => string>> = {
  'non-inferior': (ensemble) => `${ensemble} is not inferior: a larger loss is ruled out`,
  inferior: (ensemble) => `${ensemble} is inferior: it loses more`,
  undecided: () => 'undecided: these rows are too few to rule a larger loss in or out',
};

/** Whether an ensemble of fewer models loses more than is accepted. */
export function marginSentence(
  { metric, margin, verdict: word }: NonInferiority,
  ensemble = 'the pruned ensemble',
): string {
  return `At an accepted loss of ${margin} ${SCORE_TITLES[metric]}, ${MARGIN_WORDS[word](ensemble)}.`;
}

function verdicts(difference: Difference): string {
  return HEADLINES.map((name) => verdict(difference, name)).join('; ');
}

/** `macro F1 +0.012 [+0.003, +0.021]`, with a word on whether that is more than noise. */
export function verdict(difference: Difference, name: ScoreName): string {
  const [low, high] = difference.intervals[name];
  const word = low > 0 ? 'better' : high < 0 ? 'worse' : 'within noise';
  return `${SCORE_TITLES[name]} ${signed(difference.difference[name])} [${signed(low)}, ${signed(high)}] (${word})`;
}

/** How scores were taken, with the caveat of each protocol. */
export function protocolSentence({ protocol, replicates, metrics, classes }: Decision): string {
  const rows = `${count(protocol.evaluationRows)} rows of ${count(protocol.evaluationQueries)} queries`;
  const intervals = `Intervals are 95%, from ${count(replicates)} bootstrap draws of whole queries; comparisons are paired.`;
  const how =
    protocol.mode === 'holdout'
      ? `Scored once on ${rows} held out (${protocol.reason}); everything was fitted on ${count(protocol.trainRows)} other rows.`
      : `Nested cross-validation over ${rows}, ${protocol.folds} folds of whole queries (${protocol.reason}): in each fold ranking, selection and ensembles were made without its rows. Imported predictions are taken to be out of fold, which only their maker can know.`;
  return `${how} ${intervals}${unjudgedClasses(metrics.full.perClass, classes)}`;
}

/** Names the classes that no row judged has: they are left out of macro F1, for every predictor alike. */
function unjudgedClasses(perClass: Evaluation['perClass'], classes: readonly string[]): string {
  const absent = classes.filter((_, k) => perClass[k].support === 0);
  if (absent.length === 0) return '';
  const rest = classes.length - absent.length;
  const one = absent.length === 1;
  return ` No row scored is labelled ${listed(absent)}: macro F1 is the mean over the ${rest === 1 ? 'other class' : `other ${rest} classes`}, for every predictor, and answers of ${one ? 'that class' : 'those classes'} count as wrong.`;
}

/** Two points, the difference people ask about. */
const TWO_POINTS = 0.02;

/** How well scores and differences are known at this size, and whether a difference of two points is more than noise. */
export function noiseSentence(decision: Decision): string {
  const widths = HEADLINES.map((name) => {
    const [low, high] = decision.metrics.full.intervals[name];
    return `${SCORE_TITLES[name]} ±${score((high - low) / 2)}`;
  });
  return `At this size a score is known to about ${widths.join(', ')}; smaller differences between columns that are not paired are noise.${pairedNoise(decision)}`;
}

/** The same of paired differences, from the middle one of their intervals. */
function pairedNoise({ differences }: Decision): string {
  if (differences.length === 0) return '';
  const halves = HEADLINES.map((name) =>
    quantile(
      differences.map(({ intervals }) => (intervals[name][1] - intervals[name][0]) / 2),
      0.5,
    ),
  );
  const known = HEADLINES.map((name, at) => `${SCORE_TITLES[name]} ±${score(halves[at])}`).join(', ');
  const lost = HEADLINES.filter((_, at) => halves[at] >= TWO_POINTS).map((name) => SCORE_TITLES[name]);
  const verdict =
    lost.length === 0
      ? 'a difference of two points (0.020) is usually more than noise'
      : `differences of two points (0.020) in ${listed(lost)} are noise here`;
  return ` Compared on the same rows, two predictors' difference is known to about ${known}: ${verdict}.`;
}

/** What contributions are, how exactly they add up, and what they do not say. */
export function contributionSentences({ explainedRows, additivity, ranking, orderedBy }: Decision): string[] {
  const intervals =
    orderedBy === undefined
      ? 'Intervals of contributions and ranks, and how often a model is kept, come from drawing queries anew; ensembles are not fitted again, so how much a contribution owes to one fit is not in them.'
      : 'Models are in order of their mean rank over refits: the pool of all models is fitted again to drawn queries, and intervals of contributions over refits and of ranks come from these fits. Summed SHAP and group Shapley are of the full ensemble as it is; the intervals of summed SHAP come from drawing queries only.';
  return [
    ...(ranking.some(({ evidence }) => evidence !== undefined) ? [intervals] : []),
    `${orderedBy === undefined ? 'Contributions are' : 'Summed SHAP and group Shapley are'} mean absolute log-odds over ${count(explainedRows)} rows that the explaining ensembles did not see.`,
    `They add up to the margins within ${additivity.relative.toExponential(1)} (relative) on every row.`,
    'A contribution says how much the ensemble listens to a model, not how much it would lose without it.',
  ];
}

/** How much data there is, by label and locale. */
export function dataSentence({ rows, queries, products, labels, locales, unlabelled }: DataSummary): string {
  const shares = labels.map((label) => `${label.name} ${count(label.rows)}`);
  if (unlabelled > 0) shares.push(`unlabelled ${count(unlabelled)}`);
  const places = locales.map((locale) => `${locale.name || 'none'} ${count(locale.rows)}`);
  return (
    `${count(rows)} rows, ${count(queries)} queries, ${count(products)} products. ` +
    `Labels: ${shares.join(', ')}. Locales: ${places.join(', ')}.`
  );
}

/** Version, seed and options of the run. */
export function reproductionSentence({ version, seed, options }: Reproduction): string {
  return `esci-select ${version}, seed ${seed}, options ${JSON.stringify(options)}.`;
}
