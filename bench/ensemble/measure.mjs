// One task under one fold seed: every row answered by ensembles, and by best single models, that never saw its fold.
import { boostingOptions } from '../../dist/ensemble/boosting-options.js';
import { encodePool } from '../../dist/ensemble/pool/encode.js';
import { fitPool, poolMargins } from '../../dist/ensemble/pool/fit.js';
import { MOST_BINS, planPool } from '../../dist/ensemble/pool/plan.js';
import { scoreMargins } from '../../dist/ensemble/scoring/score.js';
import { chooseEnsemble, fitCandidates } from '../../dist/ensemble/stack/fit.js';
import { chooseRule, DECIDE_NAMES, decide } from '../../dist/evaluation/decision-rule.js';
import { evaluate, evaluationSet } from '../../dist/evaluation/evaluate.js';
import { judgedClasses, scoresOfConfusion } from '../../dist/evaluation/metrics.js';
import { rowLoss } from '../../dist/evaluation/statistics.js';
import { createRandom } from '../../dist/math/random.js';
import { argmaxAt, softmaxRows } from '../../dist/math/softmax.js';

const SCORES = ['accuracy', 'macroF1', 'weightedF1'];
const REPLICATES = 1000;

/** The table of a task's models, columns [model][class]. */
function tableOf({ labels, classes, models }) {
  const width = classes.length;
  const columns = models.length * width;
  const values = new Float32Array(labels.length * columns);
  models.forEach(({ values: own }, model) => {
    for (let row = 0; row < labels.length; row++) {
      values.set(own.subarray(row * width, (row + 1) * width), row * columns + model * width);
    }
  });
  const names = models.flatMap(({ name }) => classes.map((k) => `${name}|${k}`));
  return { rows: labels.length, columns, names, values };
}

/** What fitEnsemble is given for one outer fold: the other folds, renumbered, as its own. */
function taskOf(task, features, foldOf, outer, mostRows) {
  const outside = [...foldOf.keys()].filter((row) => foldOf[row] !== outer);
  const rows = drawn(task, outside, mostRows, outer);
  const others = [...new Set(foldOf)].filter((fold) => fold !== outer).sort((a, b) => a - b);
  return {
    features,
    labels: task.labels,
    groups: task.groups,
    classes: task.classes.length,
    rows,
    foldOf: Int16Array.from(rows, (row) => others.indexOf(foldOf[row])),
    folds: others.length,
    validationFolds: others.length,
    options: boostingOptions({ seed: 7 }),
    stack: 'auto',
    decide: 'balanced',
    threads: 1,
  };
}

/** So many rows at most, whole groups drawn by the task's name and the fold; ascending. */
function drawn({ name, groups }, rows, mostRows, fold) {
  if (rows.length <= mostRows) return Int32Array.from(rows);
  const order = createRandom(`training rows of ${name} ${fold}`).shuffle([
    ...new Set(rows.map((row) => groups[row])),
  ]);
  const taken = new Set();
  for (const group of order) {
    const next = rows.filter((row) => taken.has(groups[row]) || groups[row] === group);
    if (next.length > mostRows) break;
    taken.add(group);
  }
  return Int32Array.from(rows.filter((row) => taken.has(groups[row])));
}

/** The model of largest score on some rows, by its own answers. */
function bestSingle({ labels, classes, models }, rows, score) {
  const width = classes.length;
  const judged = judgedClasses(
    rows.map((row) => labels[row]),
    width,
  );
  const scores = models.map(({ values }) => {
    const confusion = new Float64Array(width * width);
    for (const row of rows) confusion[labels[row] * width + argmaxAt(values, row * width, width)]++;
    return scoresOfConfusion(confusion, width, 0, judged)[score];
  });
  return scores.indexOf(Math.max(...scores));
}

/** The single model and its tau of largest score out of fold on the training folds, as a candidate and a rule. */
function bestSingleWithRule({ singles, judged }, score) {
  const weighed = singles
    .filter(({ kind }) => kind === 'single, own rule')
    .map((candidate) => ({ candidate, ...chooseRule(score, { ...judged, margins: candidate.margins }) }));
  return weighed.reduce((a, b) => (b.point[score] > a.point[score] ? b : a));
}

/** Answers and probabilities of all rows, filled fold by fold. */
class Answers {
  constructor(name, rows, classes) {
    this.name = name;
    this.classes = classes;
    this.covered = null;
    this.probabilities = new Float32Array(rows * classes);
    this.answers = new Int16Array(rows);
  }

  put(rows, margins, offsets) {
    const probabilities = softmaxRows(margins, this.classes);
    const answers = decide(margins, this.classes, offsets);
    rows.forEach((row, at) => {
      const from = at * this.classes;
      this.probabilities.set(probabilities.subarray(from, from + this.classes), row * this.classes);
      this.answers[row] = answers[at];
    });
  }
}

/** Scores under every rule, today's, and the best single models', with paired differences. Plain data. */
export function measure(task, foldOf, mostRows = Number.POSITIVE_INFINITY) {
  const width = task.classes.length;
  const features = tableOf(task);
  const none = new Array(width).fill(0);
  const names = ['today', ...DECIDE_NAMES, 'single with tau', ...SCORES.map((score) => `single ${score}`)];
  const filled = new Map(names.map((name) => [name, new Answers(name, features.rows, width)]));
  const kinds = [];
  for (const outer of [...new Set(foldOf)].sort((a, b) => a - b)) {
    const held = Int32Array.from([...foldOf.keys()].filter((row) => foldOf[row] === outer));
    const input = taskOf(task, features, foldOf, outer, mostRows);
    const candidates = fitCandidates(input);
    const trees = candidates.all.find(({ kind }) => kind === 'trees');
    filled.get('today').put(held, scoreMargins(trees.ensemble(), features, held), none);
    for (const name of DECIDE_NAMES) {
      const fitted = chooseEnsemble(candidates, name);
      const { tau, offsets } = fitted.chosen.rule;
      filled.get(name).put(held, scoreMargins(fitted.ensemble, features, held), offsets);
      kinds.push({
        rule: name,
        outer,
        kind: fitted.kind,
        tau,
        rounds: fitted.rounds,
        candidates: fitted.candidates,
      });
    }
    const single = bestSingleWithRule(candidates, 'macroF1');
    const margins = scoreMargins(single.candidate.ensemble(), features, held);
    filled.get('single with tau').put(held, margins, single.rule.offsets);
    for (const score of SCORES) {
      const { values } = task.models[bestSingle(task, input.rows, score)];

      const plain = new Float32Array(held.length * width);
      held.forEach((row, at) => {
        plain.set(values.subarray(row * width, (row + 1) * width), at * width);
      });
      // argmax of probabilities is that of their logarithms; log-loss of single models is not reported
      filled.get(`single ${score}`).put(held, plain, none);
    }
  }
  return { ...compare(task, filled, names), binning: binningCost(task, features, foldOf), kinds };
}

/** Mean log-loss on fold 0 of the pool as it is less that of one whose bins each hold one value; 0 for answers. */
function binningCost({ labels, classes }, features, foldOf) {
  const width = classes.length;
  const rows = Int32Array.from([...foldOf.keys()].filter((row) => foldOf[row] !== 0));
  const held = Int32Array.from([...foldOf.keys()].filter((row) => foldOf[row] === 0));
  const [binned, exact] = [MOST_BINS, rows.length].map((bins) => {
    const plan = planPool(features, rows, width, bins);
    const training = Int32Array.from(rows.keys());
    const ofRows = Int16Array.from(rows, (row) => labels[row]);
    const pool = fitPool({ plan, rows: encodePool(plan, features, rows), labels: ofRows, training });
    const margins = poolMargins(pool, encodePool(plan, features, held), Int32Array.from(held.keys()));
    const probabilities = softmaxRows(margins, width);
    return held.reduce((sum, row, at) => sum + rowLoss(probabilities, at * width, width, labels[row]), 0);
  });
  return (binned - exact) / held.length;
}

function compare({ labels, groups, classes }, filled, names) {
  const set = evaluationSet(classes.length, labels, groups, Int32Array.from(labels.keys()));
  const predictors = names.map((name) => filled.get(name));
  const at = (name) => names.indexOf(name);
  const wanted = ['today', ...DECIDE_NAMES].flatMap((name) => [
    ...SCORES.map((score) => ({ name, against: `single ${score}`, score })),
    { name, against: 'single with tau', score: 'macroF1' },
  ]);
  const pairs = wanted.map(({ name, against }) => [at(against), at(name)]);
  const { evaluations, differences } = evaluate(set, predictors, { replicates: REPLICATES, seed: 1, pairs });
  return {
    scores: Object.fromEntries(
      names.map((name, place) => {
        const { accuracy, macroF1, weightedF1, logLoss } = evaluations[place];
        return [name, { accuracy, macroF1, weightedF1, logLoss }];
      }),
    ),
    differences: wanted.map((line, place) => ({
      ...line,
      difference: differences[place].difference[line.score],
      interval: differences[place].intervals[line.score],
    })),
  };
}
