import { shared } from '../threads/shared.js';
import type { LookupGroup, LookupPlan, LookupTree } from './lookup-types.js';
import type { AttributionPlan } from './plan-types.js';

/** What of a tree's look-ups is a number, in the order in which they are kept. */
const FACTS = [
  'class',
  'largest',
  'units',
  'paired',
  'quads',
  'factors',
  'productBytes',
  'buffer',
  'firstByte',
  'tables',
  'program',
  'vectors',
  'joints',
  'like',
] as const;

type TreeFacts = Record<(typeof FACTS)[number], number>;

/** Look-ups of all trees in few arrays, which lie in shared memory. */
interface PackedLookups extends Omit<LookupPlan, 'groups'> {
  readonly groups: readonly { readonly cuts: LookupGroup['cuts']; readonly trees: number }[];
  /** [tree][fact] */
  readonly facts: Float64Array;
  /** memory that trees have their tables in */
  readonly buffers: readonly SharedArrayBuffer[];
  /** of all trees that are not like one before, one after the other */
  readonly programs: Int32Array;
  readonly vectors: Int32Array;
  readonly joints: Int32Array;
}

/**
 * A plan as threads are sent it: a plan of hundreds of trees is thousands of arrays, each of which takes longer to send than
 * to use. Without what only planning and describing need.
 */
export interface PackedPlan extends Omit<AttributionPlan, 'lookup'> {
  /** tells plans of this process apart */
  readonly key: number;
  readonly lookup: PackedLookups | null;
}

let packedPlans = 0;

/** Packs a plan. O(trees), and the programs are copied. */
export function packPlan(plan: AttributionPlan): PackedPlan {
  const key = packedPlans++;
  const { lookup } = plan;
  if (lookup === null) return { ...plan, key, lookup: null };
  const trees = lookup.groups.flatMap((group) => group.trees);
  const buffers = [...new Set(trees.map(({ tables }) => tables.buffer as SharedArrayBuffer))];
  // trees of a round of vector leaves have their arrays in common, which stay one
  const firsts = new Map<Int32Array, number>();
  trees.forEach(({ program }, at) => {
    if (!firsts.has(program)) firsts.set(program, at);
  });
  const own = trees.filter(({ program }, at) => firsts.get(program) === at);
  const facts = trees.map(
    (tree): TreeFacts => ({
      class: tree.class,
      largest: tree.largest,
      units: tree.units,
      paired: tree.paired,
      quads: tree.quads,
      factors: tree.factors,
      productBytes: tree.productBytes,
      buffer: buffers.indexOf(tree.tables.buffer as SharedArrayBuffer),
      firstByte: tree.tables.byteOffset,
      tables: tree.tables.length,
      program: tree.program.length,
      vectors: tree.vectors.length,
      joints: tree.joints.length,
      like: firsts.get(tree.program)!,
    }),
  );
  const { groups, ...rest } = lookup;
  return {
    ...plan,
    key,
    trees: [],
    lookup: {
      ...rest,
      groups: groups.map((group) => ({ cuts: group.cuts, trees: group.trees.length })),
      facts: shared(Float64Array.from(facts.flatMap((own) => FACTS.map((fact) => own[fact])))),
      buffers,
      programs: joined(own.map(({ program }) => program)),
      vectors: joined(own.map(({ vectors }) => vectors)),
      joints: joined(own.map(({ joints }) => joints)),
    },
  };
}

/** One after the other, in shared memory. */
function joined(parts: readonly Int32Array[]): Int32Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Int32Array(new SharedArrayBuffer(4 * length));
  let used = 0;
  for (const part of parts) {
    all.set(part, used);
    used += part.length;
  }
  return all;
}

/** The plan that was packed. O(trees). */
export function unpackPlan({ key: _, ...packed }: PackedPlan): AttributionPlan {
  const { lookup } = packed;
  if (lookup === null) return { ...packed, lookup };
  const { groups, facts, buffers, programs, vectors, joints, ...rest } = lookup;
  const used = { program: 0, vectors: 0, joints: 0 };
  const next = (all: Int32Array, kind: keyof typeof used, length: number) => {
    used[kind] += length;
    return all.subarray(used[kind] - length, used[kind]);
  };
  const trees: LookupTree[] = [];
  const treeAt = (at: number): LookupTree => {
    const values = facts.subarray(at * FACTS.length, (at + 1) * FACTS.length);
    const own = Object.fromEntries(FACTS.map((fact, place) => [fact, values[place]])) as TreeFacts;
    const tables = new Float32Array(buffers[own.buffer], own.firstByte, own.tables);
    if (own.like < at) return { ...trees[own.like], class: own.class, largest: own.largest, tables };
    return {
      class: own.class,
      largest: own.largest,
      units: own.units,
      paired: own.paired,
      quads: own.quads,
      factors: own.factors,
      productBytes: own.productBytes,
      tables,
      program: next(programs, 'program', own.program),
      vectors: next(vectors, 'vectors', own.vectors),
      joints: next(joints, 'joints', own.joints),
    };
  };
  for (let at = 0; at * FACTS.length < facts.length; at++) trees.push(treeAt(at));
  let first = 0;
  const unpacked = groups.map((group): LookupGroup => {
    first += group.trees;
    return { cuts: group.cuts, trees: trees.slice(first - group.trees, first) };
  });
  return { ...packed, lookup: { ...rest, groups: unpacked } };
}

/** Plans that this thread has unpacked, as long as something uses them or their memory is not needed. */
const kept = new Map<number, WeakRef<AttributionPlan>>();

/** The plan of what a thread was sent, most often unpacked once for all of its tasks. */
export function planOf(packed: PackedPlan): AttributionPlan {
  const known = kept.get(packed.key)?.deref();
  if (known !== undefined) return known;
  for (const [key, plan] of kept) if (plan.deref() === undefined) kept.delete(key);
  const plan = unpackPlan(packed);
  kept.set(packed.key, new WeakRef(plan));
  return plan;
}
