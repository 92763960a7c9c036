import { bootstrap } from '../evaluation/bootstrap.js';
import type { ScoreName, Scores } from '../evaluation/metrics.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import { merit } from './objective.js';
import { scoreOfStatistics } from './some-queries.js';
import type { Advantage, SelectionProblem } from './strategy.js';

/**
 * What a nat of log-loss counts beside a whole point of the metric: F1 on hundreds of rows is a matter of a few answers,
 * log-loss of all of them (SCIENCE.md, design 5).
 */
const LOSS_WORTH = 0.2;
/** Draws of queries behind a standard error. */
const REPLICATES = 200;

/** What scores are worth to a choice: the metric, less a share of the log-loss. */
function poolMerit(metric: ScoreName, scores: Scores): number {
  if (metric === 'logLoss') return -scores.logLoss;
  return merit(metric, { ...scores, f1: [] }) - LOSS_WORTH * scores.logLoss;
}

/** The merit of a set's pool, the mean over the taus it is judged at; of its trees, where the problem has no pools. */
export function poolValue({ pool, score, metric }: SelectionProblem, subset: readonly number[]): number {
  if (pool === undefined) return poolMerit(metric, score(subset));
  return meanMerit(metric, pool(subset));
}

function meanMerit(metric: ScoreName, answers: readonly GroupStatistics[]): number {
  return mean(answers.map((each) => poolMerit(metric, scoreOfStatistics(each))));
}

/**
 * The advantage of one set over another on the same rows, each judged at its own taus. Standard errors are standard
 * deviations over draws of queries, the same for both. O(taus x replicates x entries).
 */
export function advantageOf(
  metric: ScoreName,
  [best, other]: readonly [readonly GroupStatistics[], readonly GroupStatistics[]],
  seed: number,
): Advantage {
  const queries = best[0].starts.length - 1;
  const drawn = bootstrap([...best, ...other], queries, { replicates: REPLICATES, seed });
  const [own, others] = [drawn.slice(0, best.length), drawn.slice(best.length)];
  const meritAt = (predictors: typeof drawn, draw: number) =>
    mean(
      predictors.map(({ accuracy, macroF1, weightedF1, logLoss }) =>
        poolMerit(metric, {
          accuracy: accuracy[draw],
          macroF1: macroF1[draw],
          weightedF1: weightedF1[draw],
          logLoss: logLoss[draw],
        }),
      ),
    );
  const draws = [...Array(REPLICATES).keys()];
  return {
    merit: meanMerit(metric, best) - meanMerit(metric, other),
    meritError: standardDeviation(draws.map((draw) => meritAt(own, draw) - meritAt(others, draw))),
    loss: scoreOfStatistics(other[0]).logLoss - scoreOfStatistics(best[0]).logLoss,
    lossError: standardDeviation(draws.map((draw) => others[0].logLoss[draw] - own[0].logLoss[draw])),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function standardDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, each) => sum + (each - centre) * (each - centre), 0);
  return Math.sqrt(squares / (values.length - 1));
}
