import { learnAnswers } from './answers.js';
import { countPositions, type Pool, type PoolInput } from './fit.js';

/**
 * A single model as a pool that has nothing to weigh: its log-probabilities as they are. A model that gives answers
 * speaks for its answer as often as it is right on the training rows, or, `calibrated`, for every class as often as the
 * class came with the answer.
 */
export function singlePool(
  input: Omit<PoolInput, 'models' | 'ridge'>,
  model: number,
  calibrated: boolean,
): Pool {
  const { plan, rows, training, labels } = input;
  const { classes, sources } = plan;
  const weights = new Float64Array(sources.length);
  weights[model] = 1;
  if (sources[model].kind === 'probabilities') {
    const biases = plan.centres.slice(model * classes, (model + 1) * classes);
    return { classes, weights, biases, answers: sources.map(() => null) };
  }
  const place = { model, models: sources.length, classes };
  const learned = learnAnswers(rows, countPositions(training, labels), place);
  const table = calibrated ? learned : { ...learned, evidence: trusting(learned.given, learned.smoothed) };
  const biases = calibrated ? learned.centre : new Float64Array(classes);
  return { classes, weights, biases, answers: sources.map((_, at) => (at === model ? table : null)) };
}

/** [answer * classes + class] the logarithm of how often answers are right, and of how often each other class is. */
function trusting(given: Float64Array, smoothed: Float64Array): Float64Array {
  const classes = given.length;
  const hits = given.reduce((sum, _, k) => sum + smoothed[k * classes + k], 0);
  const rows = smoothed.reduce((a, b) => a + b, 0);
  // an answer stays the likeliest class even of a model that is right less often than by chance
  const right = Math.max(hits / rows, 1.01 / (classes + 0.01));
  return smoothed.map((_, cell) =>
    Math.log(cell % (classes + 1) === 0 ? right : (1 - right) / (classes - 1)),
  );
}
