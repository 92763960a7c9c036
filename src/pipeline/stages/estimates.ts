import { type Examples, UNLABELLED } from '../../data/examples/examples.js';
import type { Protocol } from '../../evaluation/protocol.js';
import type { Model } from '../../models/model.js';
import type { Timings } from '../files/timings.js';

/** Where an estimate comes from: an earlier run in this folder, or figures of another machine. */
export type Basis = 'measured' | 'reference';

/** An estimated time. */
export interface Estimate {
  readonly seconds: number;
  readonly basis: Basis;
}

/**
 * Processor seconds of a fit per 1,000 training rows, graph building included: of reports/bench-zoo.md, a fold of about 5,000
 * rows. Of other models only the effort is known.
 */
const FIT_SECONDS: Readonly<Record<string, number>> = {
  lexical: 0.66,
  'two-tower': 0.44,
  'cross-encoder': 1.24,
  graphsage: 0.82,
  gcn: 0.86,
  gatv2: 0.9,
};
const SECONDS_PER_EFFORT = 0.5;

/** Rows that each fit of a model learns from: one a fold, and the refit's. */
export function rowsOfFits(
  { label }: Pick<Examples, 'label'>,
  { foldOf, folds }: Pick<Protocol, 'foldOf' | 'folds'>,
  maxTrainRows: number | null,
): number[] {
  const inFold = new Array<number>(folds).fill(0);
  foldOf.forEach((fold, row) => {
    if (fold >= 0 && label[row] !== UNLABELLED) inFold[fold]++;
  });
  const all = inFold.reduce((sum, rows) => sum + rows, 0);
  const fits = [all, ...inFold.filter((rows) => rows > 0).map((rows) => all - rows)];
  return fits.map((rows) => Math.min(rows, maxTrainRows ?? rows));
}

/** How long a fit of a model on so many rows takes. */
export function fitEstimate(
  { name, effort }: Pick<Model, 'name' | 'effort'>,
  rows: number,
  timings: Timings | null,
): Estimate {
  const known = timings?.fits.get(name);
  if (known !== undefined) return { seconds: (known.seconds * rows) / known.size, basis: 'measured' };
  const [base] = name.split(':', 1); // a relation variant takes about what its network does
  const perThousand = Object.hasOwn(FIT_SECONDS, base)
    ? FIT_SECONDS[base]
    : SECONDS_PER_EFFORT * (effort ?? 1);
  return { seconds: (perThousand * rows) / 1000, basis: 'reference' };
}

/** How long fits take on so many threads, the longest begun first as `crossFit` does. */
export function makespan(seconds: readonly number[], threads: number): number {
  const busy = new Array<number>(Math.max(1, Math.min(threads, seconds.length))).fill(0);
  for (const each of [...seconds].sort((a, b) => b - a)) {
    const free = busy.indexOf(Math.min(...busy));
    busy[free] += each;
  }
  return Math.max(0, ...busy);
}

/** What the time of an ensemble grows with. */
export interface EnsembleSize {
  readonly models: number;
  readonly classes: number;
  readonly protocol: Pick<Protocol, 'mode' | 'folds' | 'trainRows'>;
}

/** Candidates are compared on as many rows at most. */
const MOST_INNER_ROWS = 20_000;
/** Up to so much work trees are also grown on what a pool leaves, five times over. */
const MOST_WORK_OF_BOTH = 10_000_000;
/** From so many rows, or so much work, on one fold decides instead of every one. */
const ALL_FOLDS = { rows: 200_000, work: 200_000_000 };

/**
 * Work of the ensembles in seconds of two cores that do nothing else: fits on folds, which see 20,000 rows at most, and the fit
 * on all rows; once more for every outer fold when everything is cross-validated. Fitted to reports/bench-scale.json (24 models,
 * 100,000 to 2.6 million rows) and to eight tasks of 400 to 15,000 rows (test/pipeline/estimates.test.ts); how soon boosting
 * stops on a task is not known before, and moves it by a factor of 2.5.
 */
export function ensembleWork({ models, classes, protocol }: EnsembleSize): number {
  const rows = protocol.trainRows.length;
  const perRow = (models * classes * classes) / 1e6;
  const isLarge = rows > ALL_FOLDS.rows || rows * perRow * 1e6 > ALL_FOLDS.work;
  const isSmall = rows <= MOST_INNER_ROWS && rows * perRow * 1e6 <= MOST_WORK_OF_BOTH;
  const folds = isLarge ? 1 : protocol.folds;
  const inner = Math.min(rows, MOST_INNER_ROWS) * perRow * (folds + 1);
  const places = protocol.mode === 'cross-validated' ? protocol.folds + 1 : 1;
  return places * (0.6 + inner * (isSmall ? 0.8 : 0.19) + 0.055 * rows * perRow);
}

/** How long the ensembles take, with the contributions of every model. */
export function ensembleEstimate(size: EnsembleSize, threads: number, timings: Timings | null): Estimate {
  const work = ensembleWork(size);
  const known = timings?.ensemble;
  if (known) return { seconds: (known.seconds * work) / known.size, basis: 'measured' };
  return { seconds: (work * 2) / Math.max(1, threads), basis: 'reference' };
}

const MANY_ROWS = 100_000;

/** What memory grows with. */
export interface MemorySize {
  readonly rows: number;
  readonly models: number;
  readonly classes: number;
  /** fits that run at a time; 0 where nothing is trained */
  readonly fitsAtOnce: number;
}

/**
 * Peak resident memory in bytes, by reference figures: 450 MB and 13 bytes a probability for import and ensemble
 * (reports/bench-scale.json); 250 MB, and for each fit under way 150 MB, 19 kB a row of the first 100,000 and 7 kB a row of the
 * others, whose texts and batches are not all held at once, for training (reports/bench-zoo.json, 8,000 to 420,000 rows on two
 * threads).
 */
export function memoryEstimate({ rows, models, classes, fitsAtOnce }: MemorySize): number {
  const stacking = 450e6 + rows * (200 + 13 * models * classes);
  const ofFit = 150e6 + Math.min(rows, MANY_ROWS) * 19e3 + Math.max(0, rows - MANY_ROWS) * 7e3;
  const training = fitsAtOnce === 0 ? 0 : 250e6 + fitsAtOnce * ofFit;
  return Math.max(stacking, training);
}
