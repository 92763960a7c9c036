import type { Cuts } from './cuts.js';

/** A tree's units, ready for the kernels. The arrays are views of shared memory, so workers receive no copies. */
export interface LookupTree {
  /** class whose margin the tree adds to */
  readonly class: number;
  /** size of its largest leaf */
  readonly largest: number;
  /** units of one table */
  readonly units: number;
  /** how many of these, the last ones, have states of two bytes */
  readonly paired: number;
  /**
   * how the kernel finds the states of units, then factors; src/kernels/assembly/attribution/states.ts has the words. Trees of a
   * group that differ in their leaves only (a round of vector leaves) have the same object, by which it is known that a row's
   * states in all of them are the same
   */
  readonly program: Int32Array;
  /**
   * the units' tables one after the other, each [state][player] of all players, or [register][state][lane] of the unit's own; then
   * those of the factors
   */
  readonly tables: Float32Array;
  /** what the kernels read of the units' tables: src/kernels/assembly/attribution/accumulate.ts, quads.ts */
  readonly vectors: Int32Array;
  /** how many quads the latter adds up; 0 of tables of all players */
  readonly quads: number;
  /** factors of all factored units, how the kernel joins them, and the bytes that it needs for it per row of a pass */
  readonly factors: number;
  readonly joints: Int32Array;
  readonly productBytes: number;
}

/** Trees whose thresholds fit into byte codes together, in the ensemble's order. */
export interface LookupGroup {
  readonly cuts: Cuts;
  readonly trees: readonly LookupTree[];
}

/** The part of a plan that is evaluated by look-ups in float32 tables (ENGINE, "Exact TreeSHAP as table look-ups"). */
export interface LookupPlan {
  /** a unit has at most this many states; less than MOST_STATES where tables would exceed their budget */
  readonly mostStates: number;
  /** [column] 1 where values may be missing; attributeRows throws where others are */
  readonly missing: Uint8Array;
  /** what the largest leaves of trees whose attributions are added up in float32 sum up to, at most */
  readonly mostSum: number;
  readonly groups: readonly LookupGroup[];
  readonly counts: LookupCounts;
}

/** What the trees' look-ups consist of, for people and tests. */
export interface LookupCounts {
  /** units of one table, and their states */
  units: number;
  states: number;
  /** units of several tables, their leaves and tables, and these tables' states */
  factored: number;
  factoredLeaves: number;
  factors: number;
  factorStates: number;
  /** [n] factored units that are joined at n points */
  points: number[];
  /** vector operations of a row in all factored units, about */
  operations: number;
}
