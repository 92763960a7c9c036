// One task, twelve of its models and three useless ones, in two halves: what the screen and the ranking make of each.
import { screenModels } from '../../dist/evaluation/screen-models.js';
import { createRandom } from '../../dist/math/random.js';
import {
  drawSamples,
  REFITS,
  refitContributions,
  refitOrder,
  refitRanks,
} from '../../dist/selection/refits.js';
import { takeSample } from '../../dist/selection/subset-scorer.js';
import { onRows } from '../tasks/tasks.mjs';
import { columnsOf, halves, isHard, prior, shuffled } from './planted.mjs';

const MODELS = 12;
/** A model is useful if it beats the constant's log-loss on the other half by so many standard errors. */
const USEFUL_T = 2.5;

/** Whether a task is one to rank on. */
export const isRanked = ({ labels, classes }) => labels.length >= 250 && classes.length <= 7;

/** Two lines { task, seed, half, covered, models, passed, useful, planted, above, pairs, right } of one task. */
export function rankHalves({ task, seed }) {
  const random = createRandom(`ranking ${task.name} ${seed}`);
  const own = random.shuffle([...task.models]).slice(0, MODELS);
  const models = [
    ...own,
    shuffled(task, random, own[0], 'useless 1'),
    shuffled(task, random, own[1], 'useless 2'),
    prior(task, random, own.every(isHard), 'useless 3'),
  ];
  const parts = halves(task, random).map((rows) => onRows({ ...task, models }, rows));
  const found = parts.map((part) => rankPart(part, seed));
  return found.map((part, half) =>
    compare(part, found[1 - half], usefulModels(parts[half], parts[1 - half]), {
      task: task.name,
      seed,
      half,
    }),
  );
}

function rankPart(part, seed) {
  const { labels, groups, locales, models } = part;
  const classes = part.classes.length;
  const sample = takeSample({
    features: columnsOf(part, models),
    classes,
    labels,
    rows: Int32Array.from(labels.keys()),
    foldOf: Int16Array.from(labels, (_, row) => row % 3),
    queries: groups,
    locales,
    perQuery: true,
    seed,
  });
  const ranks = refitRanks({
    contributions: [...drawSamples(sample, { draws: REFITS, seed })].map(refitContributions),
  });
  const order = refitOrder(ranks);
  return { ranks, places: ranks.map((_, model) => 1 + order.indexOf(model)), screens: screenModels(sample) };
}

function compare(own, other, useful, line) {
  const numbers = [...own.ranks.keys()];
  const planted = numbers.filter((model) => model >= own.ranks.length - 3);
  const good = numbers.filter((model) => useful[model]);
  const pairs = good.flatMap((a) => planted.map((b) => [a, b]));
  return {
    ...line,
    models: numbers.length,
    covered: numbers.filter((model) => {
      const { low, high } = own.ranks[model].rank;
      return low <= other.places[model] && other.places[model] <= high;
    }).length,
    planted: planted.length,
    plantedPassing: planted.filter((model) => own.screens[model].passed).length,
    useful: good.length,
    usefulPassing: good.filter((model) => own.screens[model].passed).length,
    above: pairs.some(([a, b]) => own.ranks[b].rank.high < own.ranks[a].rank.low),
    auc:
      pairs.length === 0
        ? null
        : pairs.filter(([a, b]) => own.places[a] < own.places[b]).length / pairs.length,
  };
}

/** [model] whether it is not planted and, alone, better than the constant on the other half; answers are calibrated here. */
function usefulModels(here, there) {
  const width = here.classes.length;
  const shares = new Float64Array(width).fill(0.5);
  for (const label of here.labels) shares[label]++;
  const total = shares.reduce((a, b) => a + b, 0);
  return here.models.map((model, at) => {
    if (model.useless) return false;
    const tables = isHard(model) ? answerTable(here, model, shares, total) : null;
    const gains = Array.from(there.labels, (label, row) => {
      const values = there.models[at].values.subarray(row * width, (row + 1) * width);
      const probability =
        tables === null ? Math.max(values[label], 1e-7) : tables(values.indexOf(Math.max(...values)), label);
      return Math.log(probability) - Math.log(shares[label] / total);
    });
    const mean = gains.reduce((a, b) => a + b, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
    return mean > USEFUL_T * Math.sqrt(variance / gains.length);
  });
}

/** P(class | answer) with two rows of the shares more. */
function answerTable({ labels, classes }, { values }, shares, total) {
  const width = classes.length;
  const counts = new Float64Array(width * width);
  labels.forEach((label, row) => {
    const own = values.subarray(row * width, (row + 1) * width);
    counts[own.indexOf(Math.max(...own)) * width + label]++;
  });
  return (answer, label) => {
    const given = counts.subarray(answer * width, (answer + 1) * width).reduce((a, b) => a + b, 0);
    return (counts[answer * width + label] + (2 * shares[label]) / total) / (given + 2);
  };
}
