import type { Examples } from '../data/examples/examples.js';
import { power as raised } from '../math/power.js';
import { createRandom, type Random } from '../math/random.js';

/** Rows to learn from and rows that stop the training; no query is in both. */
export interface Holdout {
  readonly learn: Int32Array;
  readonly validate: Int32Array;
}

/** Fewer queries than this: nothing is held out, and training runs its full length. */
const MIN_GROUPS = 20;

/** Holds out a share of the rows' queries, chosen by the seed; rows keep their order. O(rows). */
export function groupedHoldout(
  examples: Examples,
  rows: Int32Array,
  seed: number | string,
  share = 0.1,
): Holdout {
  const groups = [...new Set(Array.from(rows, (row) => examples.group[row]))].sort((a, b) => a - b);
  if (groups.length < MIN_GROUPS) return { learn: rows, validate: new Int32Array(0) };
  createRandom(`${seed}/holdout`).shuffle(groups);
  const held = new Set(groups.slice(0, Math.max(1, Math.round(groups.length * share))));
  return {
    learn: rows.filter((row) => !held.has(examples.group[row])),
    validate: rows.filter((row) => held.has(examples.group[row])),
  };
}

/** Rows in random order, cut into batches. */
export function batchesByRow(size: number): (rows: Int32Array, random: Random) => Int32Array[] {
  return (rows, random) => {
    const order = random.shuffle(rows.slice());
    const batches: Int32Array[] = [];
    for (let start = 0; start < order.length; start += size) {
      batches.push(order.subarray(start, Math.min(start + size, order.length)));
    }
    return batches;
  };
}

/**
 * Whole queries in batches of at least `size` rows (but the last). The first call divides the queries; later ones give
 * the same batches in another order, so that what is computed for a batch can be kept.
 */
export function batchesByGroup(
  examples: Examples,
  size: number,
): (rows: Int32Array, random: Random) => Int32Array[] {
  let batches: Int32Array[] | null = null;
  return (rows, random) => {
    batches ??= divideGroups(examples, rows, { size, random });
    return random.shuffle(batches.slice());
  };
}

function divideGroups(
  examples: Examples,
  rows: Int32Array,
  { size, random }: { size: number; random: Random },
): Int32Array[] {
  const byGroup = new Map<number, number[]>();
  for (const row of rows) {
    const members = byGroup.get(examples.group[row]);
    if (members) members.push(row);
    else byGroup.set(examples.group[row], [row]);
  }
  const batches: Int32Array[] = [];
  let open: number[] = [];
  for (const group of random.shuffle([...byGroup.keys()])) {
    open = open.concat(byGroup.get(group)!);
    if (open.length < size) continue;
    batches.push(Int32Array.from(open));
    open = [];
  }
  if (open.length > 0) batches.push(Int32Array.from(open));
  return batches;
}

/**
 * Weight of each class in the loss: (largest count / count)^power over the rows' labels, so that 0 leaves the natural
 * rates and 1 balances them; a class without rows weighs 1. [class]
 */
export function classWeights(examples: Examples, rows: Int32Array, power: number): Float32Array {
  const counts = new Float64Array(examples.labelSpace.classes.length);
  for (const row of rows) counts[examples.label[row]]++;
  const largest = Math.max(...counts);
  return Float32Array.from(counts, (count) => (count === 0 ? 1 : raised(largest / count, power)));
}
