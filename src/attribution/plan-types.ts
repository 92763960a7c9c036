import type { Cuts } from './cuts.js';
import type { LookupPlan } from './lookup-types.js';
import type { Players } from './players.js';

/** How a node's subtree is evaluated (`TreePlan.method`). */
export const METHODS = ['split', 'table', 'part', 'sparse', 'direct', 'lookup'] as const;
export type Method = (typeof METHODS)[number];

/** Codes of the methods, as in `METHODS`. */
export const METHOD = {
  /** an inner node whose subtree is too large for a table: rows are routed on to both children */
  split: 0,
  /** root of a unit: a subtree with few enough states for a dense table of lazily computed attributions */
  table: 1,
  /** a node below the root of a unit */
  part: 2,
  /** a leaf with too many players for a dense table: attributions kept by state in a hash map */
  sparse: 3,
  /** below a path with more players than a state has bits: every leaf is computed for every row */
  direct: 4,
  /** a node of a unit that is evaluated by look-ups in float32 tables; see AttributionPlan.lookup */
  lookup: 5,
} as const satisfies Record<Method, number>;

/** Players and conditions that a state, a non-negative integer, has bits for. */
export const STATE_BITS = 30;

/**
 * One tree, ready to be attributed. All arrays are by node unless said otherwise.
 *
 * The attributions of a subtree depend on a row only through its state, a bit string: one bit per player on the path
 * from the root to the node (all of the player's conditions hold; slots in order of first occurrence), then one bit
 * per inner node of the subtree in preorder (the row goes left). `entry` lists the players a state's attribution
 * vector is for: those of the path by slot, then those met below in preorder.
 */
export interface TreePlan {
  /** class whose margin the tree adds to */
  readonly class: number;
  /** child or -1 */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly parent: Int32Array;
  readonly column: Int32Array;
  /** the row goes left iff its code is < cut */
  readonly cut: Int32Array;
  readonly missingLeft: Uint8Array;
  /** value of a leaf */
  readonly value: Float64Array;
  /** inner nodes in the node's subtree, itself included */
  readonly inner: Int32Array;
  /** distinct players on the path to the node, its own not included */
  readonly pathPlayers: Int32Array;
  /** slot of an inner node's player on paths through it; equal to pathPlayers where the player is new there */
  readonly slot: Int32Array;
  /** [inner node] inner nodes in preorder; those of node n's subtree are at rank[n] .. rank[n] + inner[n] */
  readonly preorder: Int32Array;
  readonly rank: Int32Array;
  /** code of METHOD */
  readonly method: Uint8Array;
  /** [node + 1] the players of node n's entry are players[entryStart[n] .. entryStart[n + 1]) */
  readonly entryStart: Int32Array;
  readonly players: Int32Array;
  /** aligned with `players`: a leaf's z by slot (0 for inner nodes) */
  readonly shares: Float64Array;
  /** aligned with `players`: place of the player in the parent's entry (-1 at roots of units and above) */
  readonly place: Int32Array;
  /** where a node's dense table of 2^bits states starts, for `table` and `part` */
  readonly tableStart: Int32Array;
  /** states of all dense tables of the tree */
  readonly tableStates: number;
}

/** Everything about an ensemble that attribution needs, as plain data that can be printed and sent to workers. */
export interface AttributionPlan {
  readonly players: Players;
  readonly classes: number;
  readonly columns: number;
  /** [class] baseScore + the trees' expected values by cover: bias + the sum of attributions = margin */
  readonly bias: Float64Array;
  readonly cuts: Cuts;
  /** in the ensemble's order */
  readonly trees: readonly TreePlan[];
  /** the nodes of method `lookup`, or null if there are none */
  readonly lookup: LookupPlan | null;
}

/** What to choose in planning. */
export interface PlanOptions {
  /** a unit's table has at most 2^tableBits states; 0 tables nothing but single leaves without players */
  readonly tableBits?: number;
  /** a sparse leaf has at most this many players (at most 30, the bits of a state) */
  readonly sparseBits?: number;
  /**
   * Evaluate trees by look-ups in float32 tables: much faster for many rows, within about 1e-6 of the float64 methods,
   * which trees with more than 253 thresholds in a column are left to. Default false.
   */
  readonly lookup?: boolean;
  /** a table of look-ups has at most this many states (at most 256, the default); leaves that need more have several */
  readonly lookupStates?: number;
  /** most bytes of look-up tables in all, default 512 MiB; units are made smaller, or look-ups given up, to keep it */
  readonly lookupBytes?: number;
  /** for look-ups: [column] 1 where values may be missing; by default everywhere */
  readonly missing?: Uint8Array;
}

/** Rows [from, to) of a table. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}
