import type { Intervals } from '../evaluation/bootstrap.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';
import type { ReportComparison, ScoreChange } from './comparison.js';
import type { Report } from './report.js';
import { comparisonLines } from './tables.js';

/** Intervals of next - base by predictor, from the same queries drawn for both. */
export type PairedIntervals = ReadonlyMap<string, Intervals>;

/** Compares every predictor of two reports, score by score; paired intervals are used where there are any. */
export function compareReports(
  base: Report,
  next: Report,
  paired: PairedIntervals = new Map(),
): ReportComparison {
  const before = evaluationsOf(base);
  const after = evaluationsOf(next);
  const changes = [...new Set([...after.keys(), ...before.keys()])].flatMap((predictor) => {
    const [earlier, evaluation] = [before.get(predictor), after.get(predictor)];
    const intervals = paired.get(predictor) ?? null;
    return SCORE_NAMES.map((score) => changeOf({ predictor, score, earlier, evaluation, intervals }));
  });
  return {
    schema: 'esci-select/comparison/1',
    changes,
    kept: { base: base.decision.kept, next: next.decision.kept },
    onlyInBase: [...before.keys()].filter((name) => !after.has(name)),
    onlyInNext: [...after.keys()].filter((name) => !before.has(name)),
    intervals: intervalSentence(changes),
    cautions: cautionsOf(base, next),
  };
}

/** Every predictor of a report by name: the constant answer, single models, ensembles. */
function evaluationsOf({ decision }: Report): Map<string, Evaluation> {
  return new Map(comparisonLines(decision).map(({ name, evaluation }) => [name, evaluation]));
}

interface Pair {
  readonly predictor: string;
  readonly score: ScoreName;
  /** undefined where that report has no such predictor */
  readonly earlier: Evaluation | undefined;
  readonly evaluation: Evaluation | undefined;
  readonly intervals: Intervals | null;
}

function changeOf({ predictor, score, earlier, evaluation, intervals }: Pair): ScoreChange {
  const base = numberOrNull(earlier?.[score]);
  const next = numberOrNull(evaluation?.[score]);
  const paired = intervals !== null;
  if (base === null || next === null || earlier === undefined || evaluation === undefined) {
    return { predictor, score, base, next, difference: null, interval: null, paired, verdict: 'unknown' };
  }
  const interval = paired
    ? finite(intervals[score])
    : differenceInterval(base, earlier.intervals[score], next, evaluation.intervals[score]);
  const difference = next - base;
  const verdict = difference === 0 ? 'unchanged' : verdictOf(score, interval);
  return { predictor, score, base, next, difference, interval, paired, verdict };
}

/** A score read from JSON, where one that does not exist is null. */
function numberOrNull(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function finite([low, high]: readonly [number, number]): readonly [number, number] | null {
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null;
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
  return finite([
    next - base - Math.hypot(next - nextLow, baseHigh - base),
    next - base + Math.hypot(nextHigh - next, base - baseLow),
  ]);
}

function verdictOf(score: ScoreName, interval: readonly [number, number] | null): ScoreChange['verdict'] {
  if (interval === null) return 'unknown';
  const [low, high] = interval;
  if (low <= 0 && high >= 0) return 'within noise';
  return low > 0 === (score !== 'logLoss') ? 'better' : 'worse';
}

function intervalSentence(all: readonly ScoreChange[]): string {
  const changes = all.filter(({ difference }) => difference !== null);
  const paired = changes.filter((change) => change.paired).length;
  const noise = 'Better and worse mean that the 95% interval of the difference leaves out zero';
  if (changes.length > 0 && paired === changes.length) {
    return `${noise}; it is paired: the same queries were drawn for both.`;
  }
  const independent = 'it takes the two reports as independent, so small changes are called noise';
  if (paired === 0) return `${noise}; ${independent}.`;
  const names = new Set(changes.filter((change) => !change.paired).map(({ predictor }) => predictor));
  return `${noise}; it is paired, except that of ${[...names].join(', ')}, where ${independent}.`;
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
