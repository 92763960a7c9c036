import type { Evaluation } from '../evaluation/evaluate.js';
import type { ScoreName } from '../evaluation/metrics.js';

/** A score with three decimals; a dash where there is none. */
export function score(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '–';
  return value
    .toFixed(3)
    .replace(/^-0\.000$/, '0.000')
    .replace('-', '−');
}

/** Standard deviations above chance, one decimal; a dash where they are not known. */
export function standardDeviations(z: number | null): string {
  return z === null || Number.isNaN(z) ? '–' : z.toFixed(1).replace('-', '−');
}

/** A difference with its sign. */
export function signed(value: number): string {
  const text = score(value);
  return value > 0 && text !== '0.000' ? `+${text}` : text;
}

/** A score with its 95% interval: `0.587 [0.561, 0.612]`. */
export function scoreWithInterval(evaluation: Evaluation, name: ScoreName): string {
  const [low, high] = evaluation.intervals[name];
  return `${score(evaluation[name])} [${score(low)}, ${score(high)}]`;
}

/** A share from 0 to 1 as a whole percentage, of which only nothing is 0% and only all is 100%. */
export function percent(share: number): string {
  const rounded = Math.round(100 * share);
  if (rounded === 0 && share > 0) return '<1%';
  return rounded === 100 && share < 1 ? '>99%' : `${rounded}%`;
}

/** Whole numbers with thousands separators. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** A cost with three significant digits. */
export function cost(value: number): string {
  if (Number.isInteger(value)) return count(value);
  return Math.abs(value) >= 1000 ? count(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

export const SCORE_TITLES: Readonly<Record<ScoreName, string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro F1',
  weightedF1: 'weighted F1',
  logLoss: 'log-loss',
};
