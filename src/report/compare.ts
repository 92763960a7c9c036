import type { Evaluation } from '../evaluation/evaluate.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';
import type { Report } from './report.js';
import { comparisonLines } from './tables.js';

/** How one score of one predictor changed from the base report to the new one. */
export interface ScoreChange {
  readonly predictor: string;
  readonly score: ScoreName;
  /** null where a report has no such score */
  readonly base: number | null;
  readonly next: number | null;
  /** next - base */
  readonly difference: number | null;
  /** approximate 95% interval of the difference */
  readonly interval: readonly [low: number, high: number] | null;
  /** better and worse mean that the interval leaves out zero; of log-loss, less is better */
  readonly verdict: 'better' | 'worse' | 'unchanged' | 'within noise' | 'unknown';
}

/** Two reports side by side. */
export interface ReportComparison {
  readonly schema: 'esci-select/comparison/1';
  /** for each predictor that both reports have, a change per score, in the new report's order */
  readonly changes: readonly ScoreChange[];
  readonly kept: { readonly base: readonly string[]; readonly next: readonly string[] };
  readonly onlyInBase: readonly string[];
  readonly onlyInNext: readonly string[];
  /** what makes the two hard to compare, a sentence each */
  readonly cautions: readonly string[];
}

/** Compares every predictor that two reports share, score by score. */
export function compareReports(base: Report, next: Report): ReportComparison {
  const before = evaluations(base);
  const after = evaluations(next);
  return {
    schema: 'esci-select/comparison/1',
    changes: [...after].flatMap(([predictor, evaluation]) => {
      const earlier = before.get(predictor);
      if (earlier === undefined) return [];
      return SCORE_NAMES.map((score) => changeOf({ predictor, score, earlier, evaluation }));
    }),
    kept: { base: base.decision.kept, next: next.decision.kept },
    onlyInBase: [...before.keys()].filter((name) => !after.has(name)),
    onlyInNext: [...after.keys()].filter((name) => !before.has(name)),
    cautions: cautionsOf(base, next),
  };
}

function evaluations({ decision }: Report): Map<string, Evaluation> {
  return new Map(comparisonLines(decision).map(({ name, evaluation }) => [name, evaluation]));
}

interface Pair {
  readonly predictor: string;
  readonly score: ScoreName;
  readonly earlier: Evaluation;
  readonly evaluation: Evaluation;
}

function changeOf({ predictor, score, earlier, evaluation }: Pair): ScoreChange {
  const base = numberOrNull(earlier[score]);
  const next = numberOrNull(evaluation[score]);
  if (base === null || next === null) {
    return { predictor, score, base, next, difference: null, interval: null, verdict: 'unknown' };
  }
  const interval = differenceInterval(base, earlier.intervals[score], next, evaluation.intervals[score]);
  const difference = next - base;
  const verdict = difference === 0 ? 'unchanged' : verdictOf(score, interval);
  return { predictor, score, base, next, difference, interval, verdict };
}

/** A score read from JSON, where one that does not exist is null. */
function numberOrNull(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value;
}

/**
 * An approximate interval of next - base from the interval of each (the square-and-add method of Zou and Donner, 2008).
 * It takes the two for independent: on the same rows it is wider than a paired one, so what it calls a change is one.
 */
function differenceInterval(
  base: number,
  [baseLow, baseHigh]: readonly (number | null)[],
  next: number,
  [nextLow, nextHigh]: readonly (number | null)[],
): readonly [number, number] | null {
  if (baseLow === null || baseHigh === null || nextLow === null || nextHigh === null) return null;
  return [
    next - base - Math.hypot(next - nextLow, baseHigh - base),
    next - base + Math.hypot(nextHigh - next, base - baseLow),
  ];
}

function verdictOf(score: ScoreName, interval: readonly [number, number] | null): ScoreChange['verdict'] {
  if (interval === null) return 'unknown';
  const [low, high] = interval;
  if (low <= 0 && high >= 0) return 'within noise';
  return low > 0 === (score !== 'logLoss') ? 'better' : 'worse';
}

function cautionsOf(base: Report, next: Report): string[] {
  const cautions: string[] = [];
  const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
  if (differ(base.decision.classes, next.decision.classes)) cautions.push('the classes differ');
  if (differ(base.decision.protocol, next.decision.protocol))
    cautions.push('scores were taken in another way or on other rows');
  if (differ(inputsOf(base), inputsOf(next))) cautions.push('the input files differ');
  return cautions;
}

function inputsOf({ reproduction }: Report): string[] {
  return reproduction.inputs.map(({ name, sha256 }) => `${sha256} ${name}`).sort();
}
