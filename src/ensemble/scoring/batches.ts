import type { TreeProgram } from './program.js';

/**
 * How a tree's leaves are found: `select`, for trees that fill their depth: at every level, among the comparisons of its
 * nodes; `reach`, for any shape of up to 256 leaves: from the rows that reach each node; `walk`: row by row.
 */
const SCORE_METHODS = ['select', 'reach', 'walk'] as const;
export type ScoreMethod = (typeof SCORE_METHODS)[number];

/** One tree of a plan. Places are in words of the plan's arrays. */
export interface ScoreTree {
  /** its place in the ensemble */
  readonly tree: number;
  readonly class: number;
  readonly method: ScoreMethod;
  /** splits of the longest path */
  readonly depth: number;
  readonly splits: number;
  /** bits of a leaf number; 0 for `walk` */
  readonly bits: number;
  /** first words in `nodes`, `structure` and `leaves` */
  readonly nodes: number;
  readonly structure: number;
  readonly leaves: number;
}

/** Consecutive trees of a class that are added together: 16, 8, 4, 2 or 1. */
export interface ScoreBatch {
  /** leaf numbers of six bits, of eight, or none */
  readonly kind: 'narrow' | 'wide' | 'walk';
  readonly class: number;
  /** first place in ScorePlan.trees */
  readonly first: number;
  readonly count: number;
  /** whether leaf numbers are those of the batch before, whose trees differ in their leaves only */
  readonly repeats: boolean;
}

/**
 * Runs of trees of one class and kind, in parts whose sizes the kernel has loops for. Where classes share the structure
 * of their trees (trees of vector leaves), the batches that share it follow each other, so that leaf numbers are found
 * once for all classes; a class's own batches keep their order. `programs` are the trees', in their order. O(nodes).
 */
export function planBatches(
  trees: readonly ScoreTree[],
  programs: readonly TreeProgram[],
): readonly ScoreBatch[] {
  const batches = divide(trees);
  const woven = weave(batches).map((batch, at, all) => ({
    ...batch,
    repeats: at > 0 && sameNumbers(all[at - 1], batch, programs),
  }));
  return woven.some(({ repeats }) => repeats) ? woven : batches;
}

function divide(trees: readonly ScoreTree[]): ScoreBatch[] {
  const batches: ScoreBatch[] = [];
  for (let first = 0; first < trees.length; ) {
    const kind = kindOf(trees[first]);
    const { class: k } = trees[first];
    let end = first + 1;
    while (end < trees.length && trees[end].class === k && kindOf(trees[end]) === kind) end++;
    while (first < end) {
      const count = Math.min(16, 2 ** Math.floor(Math.log2(end - first)));
      batches.push({ kind, class: k, first, count, repeats: false });
      first += count;
    }
  }
  return batches;
}

function kindOf({ method, bits }: ScoreTree): ScoreBatch['kind'] {
  if (method === 'walk') return 'walk';
  return bits <= 6 ? 'narrow' : 'wide';
}

/** The first batches of all classes, then the second ones, and so on. */
function weave(batches: readonly ScoreBatch[]): ScoreBatch[] {
  const seen = new Map<number, number>();
  const turns = batches.map((batch) => {
    const turn = seen.get(batch.class) ?? 0;
    seen.set(batch.class, turn + 1);
    return { batch, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ batch }) => batch);
}

/** Whether rows have the same leaf numbers in the trees of two batches: what finds them is the same. */
function sameNumbers(a: ScoreBatch, b: ScoreBatch, programs: readonly TreeProgram[]): boolean {
  if (a.count !== b.count) return false;
  for (let at = 0; at < a.count; at++) {
    const one = programs[a.first + at];
    const other = programs[b.first + at];
    if (!equal(one.nodes, other.nodes) || !equal(one.structure, other.structure)) return false;
  }
  return true;
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
