// The figures to reach, each computed the same way for today's ensemble and for what is reached now.
import { createRandom } from '../../dist/math/random.js';

const SCORES = { accuracy: 'accuracy', macroF1: 'macro F1', weightedF1: 'weighted F1' };
const SMALL = ['openml-146819', 'openml-14965', 'openml-3918'];
const ESCI = 'esci-1-3';

/** Lines with their task, together by task, in the order in which tasks come. */
export function tasksOf(lines) {
  const names = [...new Set(lines.map(({ task }) => task))];
  return names.map((task) => ({ task, own: lines.filter((line) => line.task === task) }));
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const points = (value) => (100 * value).toFixed(2);

/** Differences of a rule to the best single model of a score: mean, how many surely below 0, the least. In points. */
function against(results, rule, score, single = `single ${score}`) {
  const lines = results.map(({ task, seed, differences }) => {
    const found = differences.find(
      (one) => one.name === rule && one.against === single && one.score === score,
    );
    return { task, seed, ...found };
  });
  const worse = lines.filter(({ interval }) => interval[1] < 0);
  const least = lines.reduce((a, b) => (b.difference < a.difference ? b : a));
  return {
    mean: mean(lines.map(({ difference }) => difference)),
    worse: worse.length,
    of: lines.length,
    least: least.difference,
    leastAt: `${least.task}, seed ${least.seed}`,
    byTask: tasksOf(lines).map(({ task, own }) => ({
      task,
      difference: mean(own.map(({ difference }) => difference)),
    })),
  };
}

/** 95% interval of the mean over tasks, tasks drawn with replacement. */
function taskInterval(byTask) {
  const random = createRandom('tasks');
  const means = Array.from({ length: 4000 }, () =>
    mean(byTask.map(() => byTask[random.integer(byTask.length)].difference)),
  ).sort((a, b) => a - b);
  return [means[100], means[3899]];
}

function rule({ results }, name, score, goal, reached) {
  const text = (one) =>
    `${points(one.mean)}; ${one.worse} of ${one.of}; ${points(one.least)} (${one.leastAt})`;
  const [before, now] = [against(results, 'today', score), against(results, name, score)];
  return {
    figure: `\`--decide ${name}\`, ${SCORES[score]} less the best single model's: mean; significantly worse; worst`,
    today: text(before),
    now: text(now),
    goal,
    reached: reached(now),
  };
}

function singleWithTau({ results }) {
  const line = (name) => against(results, name, 'macroF1', 'single with tau');
  const text = ({ mean: value, byTask }) => {
    const [low, high] = taskInterval(byTask);
    return `${points(value)} [${points(low)}, ${points(high)}]`;
  };
  const now = line('macroF1');
  return {
    figure: 'macro F1 of `macroF1` less that of the best single model with tau: mean, interval over tasks',
    today: text(line('today')),
    now: text(now),
    goal: '>= 0.60, interval above 0',
    reached: now.mean >= 0.006 && taskInterval(now.byTask)[0] > 0,
  };
}

function logLoss({ results }) {
  const first = results.filter(({ seed }) => seed === 0);
  const of = (name) => mean(first.map(({ scores }) => scores[name].logLoss));
  return {
    figure: 'mean log-loss, fold seed 0',
    today: of('today').toFixed(4),
    now: of('balanced').toFixed(4),
    goal: '<= 0.506',
    reached: of('balanced') <= 0.506,
  };
}

function esci({ results }, name, goals) {
  const own = results.filter(({ task }) => task === ESCI);
  if (own.length === 0) return [];
  const value = (who, score) => mean(own.map(({ scores }) => scores[who][score]));
  const titles = { ...SCORES, logLoss: 'log-loss' };
  return Object.entries(goals).map(([score, goal]) => {
    const single =
      score === 'logLoss' ? '' : ` (best single model ${value(`single ${score}`, score).toFixed(3)})`;
    const now = value(name, score);
    return {
      figure: `${ESCI}, \`${name}\`: ${titles[score]}${single}`,
      today: value('today', score).toFixed(4),
      now: now.toFixed(4),
      goal: score === 'logLoss' ? `<= ${goal}` : `>= ${goal}`,
      reached: score === 'logLoss' ? now <= goal : now >= goal,
    };
  });
}

function small({ few }) {
  return SMALL.map((task) => few.filter((one) => one.task === task))
    .filter((own) => own.length > 0)
    .map((own) => {
      const value = (name) => mean(own.map(({ scores }) => scores[name].macroF1));
      return {
        figure: `${own[0].task}, at most 500 training rows: macro F1 (best single model ${value('single macroF1').toFixed(3)})`,
        today: value('today').toFixed(3),
        now: value('balanced').toFixed(3),
        goal: '>= 0.70',
        reached: value('balanced') >= 0.7,
      };
    });
}

function binning({ results }) {
  const costs = results.map(({ binning: cost }) => cost);
  const most = Math.max(...costs);
  return {
    figure: 'log-loss that 64 bins cost the pool, fold 0: mean; most',
    today: '-',
    now: `${mean(costs).toFixed(5)}; ${most.toFixed(5)}`,
    goal: '<= 0.002',
    reached: mean(costs) <= 0.002,
  };
}

/** All figures of the table, in its order. */
export function figures(measured) {
  const most =
    (worse, least, lowest = Number.NEGATIVE_INFINITY) =>
    (one) =>
      100 * one.mean >= least && one.worse <= worse && 100 * one.least >= lowest;
  return [
    rule(measured, 'balanced', 'macroF1', '>= 1.0; <= 1; >= -1.0', most(1, 1, -1)),
    rule(measured, 'balanced', 'accuracy', '> 0; <= 2', most(2, 0.0001)),
    rule(measured, 'balanced', 'weightedF1', '>= 0.4; <= 2', most(2, 0.4)),
    rule(measured, 'macroF1', 'macroF1', '>= 1.3; <= 1', most(1, 1.3)),
    rule(measured, 'accuracy', 'accuracy', '>= 0.5; <= 1', most(1, 0.5)),
    rule(measured, 'weightedF1', 'weightedF1', '>= 0.4; <= 2', most(2, 0.4)),
    singleWithTau(measured),
    logLoss(measured),
    ...esci(measured, 'balanced', { accuracy: 0.57, macroF1: 0.345, weightedF1: 0.545 }),
    ...esci(measured, 'macroF1', { macroF1: 0.375, weightedF1: 0.535, logLoss: 0.962 }),
    ...small(measured),
    binning(measured),
  ];
}

/** Which tasks have a line of their own on few rows. */
export const isSmall = ({ name }) => SMALL.includes(name);
