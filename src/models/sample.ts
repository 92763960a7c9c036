import type { Examples } from '../data/examples/examples.js';
import { createRandom, type Random } from '../math/random.js';

/** How a model's training rows are thinned. */
export interface SampleOptions {
  /** rows at most */
  readonly most: number;
  readonly seed: number | string;
  /** row: any rows; group: whole queries, for models that learn from a query's rows together */
  readonly by: 'row' | 'group';
}

/**
 * At most `most` of the labelled rows, classes in the shares they have among all, drawn by the seed and in their order.
 * By rows, every class keeps its share to the row, and at least one row where `most` allows. By queries, each next one
 * is of eight drawn the one that brings the shares nearest, so they hold as well as whole queries let them. All rows
 * where they are no more. O(rows), times the classes by queries.
 */
export function sampleRows(examples: Examples, rows: Int32Array, options: SampleOptions): Int32Array {
  if (rows.length <= options.most) return rows;
  const random = createRandom(`${options.seed}/sample`);
  const kept =
    options.by === 'row'
      ? byRow(examples, rows, { most: options.most, random })
      : byGroup(examples, rows, { most: options.most, random });
  return Int32Array.from(kept).sort();
}

interface Draw {
  readonly most: number;
  readonly random: Random;
}

function byRow(examples: Examples, rows: Int32Array, { most, random }: Draw): number[] {
  const byClass = examples.labelSpace.classes.map((_, k) =>
    Array.from(rows).filter((row) => examples.label[row] === k),
  );
  const quotas = quotasOf(
    byClass.map((members) => members.length),
    most,
  );
  return byClass.flatMap((members, k) => random.shuffle(members).slice(0, quotas[k]));
}

/** Whole numbers that sum to `most`, in the proportions of the counts (largest remainders), at least 1 if they can be. */
function quotasOf(counts: readonly number[], most: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = counts.map((count) => (count * most) / total);
  const quotas = wanted.map(Math.floor);
  const order = wanted
    .map((share, k) => ({ k, missing: share - Math.floor(share) }))
    .sort((a, b) => b.missing - a.missing || a.k - b.k);
  let left = most - quotas.reduce((sum, quota) => sum + quota, 0);
  for (const { k } of order) if (left > 0) left -= ++quotas[k] > 0 ? 1 : 0;
  for (const [k, count] of counts.entries()) {
    const largest = quotas.indexOf(Math.max(...quotas));
    if (count === 0 || quotas[k] > 0 || quotas[largest] < 2) continue;
    quotas[k]++;
    quotas[largest]--;
  }
  return quotas;
}

/** Queries from which each next one is chosen. */
const CANDIDATES = 8;

function byGroup(examples: Examples, rows: Int32Array, { most, random }: Draw): number[] {
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const own = members.get(examples.group[row]);
    if (own) own.push(row);
    else members.set(examples.group[row], [row]);
  }
  const shares = classCounts(examples, rows).map((count) => count / rows.length);
  const waiting = random.shuffle([...members.values()]);
  const kept: number[] = [];
  let counts = shares.map(() => 0);
  while (waiting.length > 0 && kept.length < most) {
    const fits = waiting
      .slice(0, CANDIDATES)
      .map((group, at) => ({ at, group, after: classCounts(examples, group).map((c, k) => c + counts[k]) }))
      .filter(({ group }) => kept.length + group.length <= most);
    if (fits.length === 0) {
      waiting.splice(0, CANDIDATES);
      continue;
    }
    const best = fits.reduce((a, b) => (distance(b.after, shares) < distance(a.after, shares) ? b : a));
    kept.push(...best.group);
    counts = best.after;
    waiting.splice(best.at, 1);
  }
  return kept;
}

function classCounts(examples: Examples, rows: ArrayLike<number>): number[] {
  const counts = new Array<number>(examples.labelSpace.classes.length).fill(0);
  for (let at = 0; at < rows.length; at++) counts[examples.label[rows[at]]]++;
  return counts;
}

/** How far counts are from shares, as a sum of differences of shares. */
function distance(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, k) => sum + Math.abs(count / total - shares[k]), 0);
}
