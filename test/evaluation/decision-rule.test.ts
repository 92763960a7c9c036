import { describe, expect, it } from 'vitest';
import {
  argmaxRule,
  chooseRule,
  DECIDE_NAMES,
  type DecideName,
  decide,
  differenceErrors,
  type JudgedMargins,
  ruleCriterion,
  ruleOffsets,
  TAUS,
} from '../../src/evaluation/decision-rule.js';
import { forEachDraw, LANES } from '../../src/evaluation/draws.js';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { groupStatistics } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { naiveScores } from '../oracles/scores.js';

/** Rows of unequal classes with margins that know a little of them. */
function judgedRows(seed: number, rows = 90, skill = 1): JudgedMargins {
  const random = createRandom(seed);
  const weights = [0.7, 0.85, 0.95, 1];
  const labels = Int16Array.from({ length: rows }, () => {
    const draw = random.uniform();
    return weights.findIndex((edge) => draw < edge);
  });
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 3));
  const margins = Float32Array.from({ length: rows * 4 }, (_, at) => {
    const k = at % 4;
    return random.normal() + (k === labels[Math.floor(at / 4)] ? skill : 0) + [1.5, 0.3, -0.5, -1][k];
  });
  const set = evaluationSet(4, labels, groups, Int32Array.from(labels.keys()));
  return { ...set, margins, shares: Float64Array.of(0.7, 0.15, 0.1, 0.05), seed };
}

/** The three scores of answers by tau, written out from their definitions. */
function scoresByTau(judged: JudgedMargins, rows: readonly number[], classes = [...new Set(judged.labels)]) {
  return TAUS.map((tau) => {
    const answers = rows.map((row) => {
      const shifted = [0, 1, 2, 3].map((k) => judged.margins[row * 4 + k] - tau * Math.log(judged.shares[k]));
      return shifted.indexOf(Math.max(...shifted));
    });
    return naiveScores(
      rows.map((row) => judged.labels[row]),
      answers,
      classes,
    );
  });
}

/** Another model's answers to the same rows, as a rule is compared with them. */
function otherAnswers(judged: JudgedMargins, right: number) {
  const random = createRandom(`other ${judged.seed}`);
  const answers = judged.labels.map((label) => (random.uniform() < right ? label : 3));
  const probabilities = new Float32Array(4 * answers.length).fill(0.25);
  return {
    answers,
    statistics: groupStatistics(judged, { name: 'other', probabilities, covered: null, answers }),
  };
}

/** The rules written out: scores by definition, standard errors from the rows of each draw. */
function tauByDefinition(name: DecideName, judged: JudgedMargins, other: Int16Array | null = null): number {
  const all = [...judged.labels.keys()];
  const scoresOf = (rows: readonly number[]) => {
    const labels = rows.map((row) => judged.labels[row]);
    const classes = [...new Set(judged.labels)];
    const taus = scoresByTau(judged, rows);
    if (other === null) return taus;
    return [
      ...taus,
      naiveScores(
        labels,
        rows.map((row) => other[row]),
        classes,
      ),
    ];
  };
  const scores = scoresByTau(judged, all);
  if (name === 'argmax') return 0;
  if (name !== 'balanced') {
    const most = Math.max(...scores.map((score) => score[name]));
    return TAUS[scores.findIndex((score) => score[name] >= most - 0.002)];
  }
  const draws: { accuracy: number; weightedF1: number }[][] = [];
  forEachDraw(judged.groupCount, { replicates: 200, seed: judged.seed }, ({ lanes, weights }) => {
    for (let lane = 0; lane < lanes; lane++) {
      const rows = all.flatMap((row) =>
        new Array<number>(weights[judged.groups[row] * LANES + lane]).fill(row),
      );
      draws.push(scoresOf(rows));
    }
  });
  const error = (score: 'accuracy' | 'weightedF1', at: number, than: number) => {
    const differences = draws.map((draw) => draw[at][score] - draw[than][score]);
    const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
    return Math.sqrt(
      differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (differences.length - 1),
    );
  };
  const reference = scoresOf(all)[TAUS.length];
  const allowed = TAUS.map((_, at) => at).filter(
    (at) =>
      at === 0 ||
      (['accuracy', 'weightedF1'] as const).every(
        (score) =>
          scores[at][score] >= scores[0][score] ||
          (scores[at][score] >= scores[0][score] - error(score, at, 0) &&
            (other === null || scores[at][score] >= reference[score] - 1.5 * error(score, at, TAUS.length))),
      ),
  );
  const most = Math.max(...allowed.map((at) => scores[at].macroF1));
  return TAUS[allowed.find((at) => scores[at].macroF1 >= most - 0.002)!];
}

describe('the decision rule', () => {
  it.each(DECIDE_NAMES)('%s chooses the tau that its definition does', (name) => {
    const found = [1, 2, 3].map((seed) => chooseRule(name, judgedRows(seed)).rule.tau);
    expect(found).toEqual([1, 2, 3].map((seed) => tauByDefinition(name, judgedRows(seed))));
    if (name === 'macroF1') expect(found.some((tau) => tau > 0)).toBe(true);
  });

  it('that is balanced is bounded by what accuracy and weighted F1 may lose, unlike macro F1', () => {
    const taus = Array.from({ length: 20 }, (_, seed) => ({
      balanced: chooseRule('balanced', judgedRows(seed, 300, 0.4)).rule.tau,
      macroF1: chooseRule('macroF1', judgedRows(seed, 300, 0.4)).rule.tau,
    }));
    expect(taus.some(({ balanced, macroF1 }) => balanced < macroF1)).toBe(true);
    expect(taus.some(({ balanced }) => balanced > 0)).toBe(true);
  });

  it('that is balanced loses no more standard errors against another model than it may', () => {
    const rowsOf = (seed: number) => judgedRows(seed, 90, 0.4);
    const seeds = Array.from({ length: 20 }, (_, seed) => seed)
      .filter((seed) => chooseRule('balanced', rowsOf(seed)).rule.tau > 0)
      .slice(0, 3);
    expect(seeds.length).toBe(3);
    const taus = (right: number) =>
      seeds.map((seed) => {
        const { answers, statistics } = otherAnswers(rowsOf(seed), right);
        const { tau } = chooseRule('balanced', rowsOf(seed), { answers: [statistics], errors: 1.5 }).rule;
        expect(tau).toBe(tauByDefinition('balanced', rowsOf(seed), answers));
        return tau;
      });
    const alone = seeds.map((seed) => chooseRule('balanced', rowsOf(seed)).rule.tau);
    expect(taus(0.2)).toEqual(alone);
    expect(taus(0.95).some((tau, at) => tau < alone[at])).toBe(true);
  });

  it('answers with the class of largest margin less tau times the log share', () => {
    const shares = Float64Array.of(0.8, 0.2);
    const margins = Float32Array.of(1, 0.2, 1, -1, 0, 0);
    expect([...decide(margins, 2, ruleOffsets(0, shares))]).toEqual([0, 0, 0]);
    expect([...decide(margins, 2, ruleOffsets(1, shares))]).toEqual([1, 0, 1]);
    expect(ruleOffsets(0, shares)).toEqual(argmaxRule(2).offsets);
    expect(ruleOffsets(0.5, Float64Array.of(0.8, 0.2, 0))).toEqual([
      -0.5 * Math.log(0.8),
      -0.5 * Math.log(0.2),
      0,
    ]);
  });

  it('shows the scores of every tau, the chosen one among them', () => {
    const judged = judgedRows(9);
    const { rule, curve, point } = chooseRule('macroF1', judged);
    expect(curve.map(({ tau }) => tau)).toEqual(TAUS);
    expect(point).toBe(curve[TAUS.indexOf(rule.tau)]);
    scoresByTau(judged, [...judged.labels.keys()]).forEach((scores, at) => {
      expect(curve[at].accuracy).toBeCloseTo(scores.accuracy, 12);
      expect(curve[at].macroF1).toBeCloseTo(scores.macroF1, 12);
      expect(curve[at].weightedF1).toBeCloseTo(scores.weightedF1, 12);
      expect(curve[at].logLoss).toBe(curve[0].logLoss);
    });
  });

  it('has a criterion, whose paired error is 0 against itself and that of the draws against another', () => {
    expect(
      ruleCriterion('balanced', { accuracy: 0.3, macroF1: 0.6, weightedF1: 0.9, logLoss: 1 }),
    ).toBeCloseTo(0.6);
    expect(ruleCriterion('macroF1', { accuracy: 0.3, macroF1: 0.6, weightedF1: 0.9, logLoss: 1 })).toBe(0.6);
    const judged = judgedRows(3);
    const plain = chooseRule('argmax', judged).statistics;
    const rule = chooseRule('macroF1', judged);
    expect(differenceErrors('accuracy', [plain, plain], 1).criterion).toBe(0);
    // by the central limit theorem, from the queries' differences in hits
    const at = TAUS.indexOf(rule.rule.tau);
    const hits = (tau: number) => decide(judged.margins, 4, ruleOffsets(tau, judged.shares));
    const [a, b] = [hits(0), hits(TAUS[at])];
    const perQuery = new Float64Array(judged.groupCount);
    judged.labels.forEach((label, row) => {
      perQuery[judged.groups[row]] += (b[row] === label ? 1 : 0) - (a[row] === label ? 1 : 0);
    });
    const mean = perQuery.reduce((sum, each) => sum + each, 0) / perQuery.length;
    const squares = perQuery.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const expected = Math.sqrt(squares) / judged.labels.length;
    expect(differenceErrors('accuracy', [plain, rule.statistics], 1).criterion / expected).toBeGreaterThan(
      0.85,
    );
    expect(differenceErrors('accuracy', [plain, rule.statistics], 1).criterion / expected).toBeLessThan(1.15);
  });
});
