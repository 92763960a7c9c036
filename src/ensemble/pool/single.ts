import { type AnswerTable, learnAnswers } from './answers.js';
import { countPositions, type Pool, type PoolInput } from './fit.js';

/** How far the class answered lies above the others at least, in nats: enough for float32, and next to no log-loss. */
const LEAD = 0.01;

/**
 * A single model as a pool that has nothing to weigh: its log-probabilities as they are. A model that gives answers
 * speaks for every class as often as the class came with the answer; unless `calibrated`, the class that it answers stays
 * the likeliest, even where another came with the answer more often.
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
  const table = calibrated ? learned : { ...learned, evidence: answering(learned) };
  return {
    classes,
    weights,
    biases: learned.centre,
    answers: sources.map((_, at) => (at === model ? table : null)),
  };
}

/** [answer * classes + class] the evidence, raised so that with the table's centre each answer's own class leads. */
function answering({ evidence, centre }: Pick<AnswerTable, 'evidence' | 'centre'>): Float64Array {
  const classes = centre.length;
  const raised = evidence.slice();
  for (let answer = 0; answer < classes; answer++) {
    const others = centre.map((mean, k) =>
      k === answer ? Number.NEGATIVE_INFINITY : evidence[answer * classes + k] + mean,
    );
    const least = Math.max(...others) + LEAD - centre[answer];
    const own = answer * classes + answer;
    raised[own] = Math.max(raised[own], least);
  }
  return raised;
}
