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

/** Units of one, thousands and so on of bytes (SI), with the factor of each. */
const BYTES = [
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'kB'],
] as const;

/**
 * An amount of a cost with its unit, as everything that people read shows it: `16.1 ms`, `419 kB`, `0.02 USD`, `1,234`. All
 * costs are per row, so that `/row` is not said; numbers of things have no unit.
 */
export function amount(value: number, unit: string): string {
  if (isBytes(unit)) {
    const [factor, name] = BYTES.find(([least]) => Math.abs(value) >= least) ?? [1, 'B'];
    return `${cost(Number((value / factor).toPrecision(3)))} ${name}`;
  }
  const short = shortUnit(unit);
  return short === '' ? cost(value) : `${cost(value)} ${short}`;
}

/** Whether a unit is that of the size of files, which is shown in kB, MB or GB as it comes. */
export function isBytes(unit: string): boolean {
  return unit === 'B' || unit === 'bytes';
}

/** A unit without what goes for all costs; nothing for numbers of things. */
function shortUnit(unit: string): string {
  const short = unit.replace(/\/(row|pair)$/, '');
  return ['count', 'models'].includes(short) ? '' : short;
}

/** `latency_ms`, `price (USD)`: the name of a cost, with its unit where neither the name nor the amounts say it. */
export function costLabel(name: string, unit: string): string {
  const short = shortUnit(unit);
  const said = name.toLowerCase().split(/[_@]/).includes(short.toLowerCase());
  return short === '' || said || isBytes(unit) ? name : `${name} (${short})`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

/** Names that a sentence lists at most: of more, it says how many there are. */
const MOST_LISTED = 6;

/** As `listed`, of many names the first five: `a, b, c, d, e and 17 more`. */
export function briefly(names: readonly string[]): string {
  if (names.length <= MOST_LISTED) return listed(names);
  const first = names.slice(0, MOST_LISTED - 1);
  return listed([...first, `${count(names.length - first.length)} more`]);
}

export const SCORE_TITLES: Readonly<Record<ScoreName, string>> = {
  accuracy: 'accuracy',
  macroF1: 'macro F1',
  weightedF1: 'weighted F1',
  logLoss: 'log-loss',
};
