import { joinShared, shared, sharedWords } from '../../threads/shared.js';
import type { LookupTree } from '../lookup-types.js';

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

/** Look-ups of trees in few arrays, which lie in shared memory. */
export interface PackedLookups {
  /** [tree][fact] */
  readonly facts: Float64Array;
  /** memory that trees have their tables in */
  readonly buffers: readonly SharedArrayBuffer[];
  /** of all trees that are not like one before, one after the other */
  readonly programs: Int32Array;
  readonly vectors: Int32Array;
  readonly joints: Int32Array;
}

/** Packs look-ups. O(trees), and the programs are copied. */
export function packLookups(trees: readonly LookupTree[]): PackedLookups {
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
  const joined = (parts: readonly Int32Array[]) => (parts.length === 0 ? sharedWords(0) : joinShared(parts));
  return {
    facts: shared(Float64Array.from(facts.flatMap((own) => FACTS.map((fact) => own[fact])))),
    buffers,
    programs: joined(own.map(({ program }) => program)),
    vectors: joined(own.map(({ vectors }) => vectors)),
    joints: joined(own.map(({ joints }) => joints)),
  };
}

/** The look-ups that were packed, as views. O(trees). */
export function unpackLookups({ facts, buffers, programs, vectors, joints }: PackedLookups): LookupTree[] {
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
  return trees;
}
