import type { Tree } from '../ensemble/tree.js';
import type { LookupPlan } from './lookup-types.js';
import type { Players } from './players.js';

/**
 * One tree, ready to be attributed. Arrays are by node.
 *
 * Each leaf is a product game (ENGINE): v(S) = value * prod_{i in S} o_i * prod_{i not in S} z_i over the players i on
 * its path, where o_i says whether the row meets all of the player's conditions there, and z_i is the product of
 * cover(child) / cover(parent) over the nodes that test the player.
 */
export interface TreePlan {
  /** class whose margin the tree adds to */
  readonly class: number;
  readonly tree: Tree;
  /** -1 for the root */
  readonly parent: Int32Array;
  /** player whose column an inner node tests */
  readonly player: Int32Array;
  /** the nearest node above an inner node that tests the same player, or -1 */
  readonly above: Int32Array;
  /** 1 where the path from there goes through the left child */
  readonly aboveLeft: Uint8Array;
  /** cover(node) / cover(parent): the share of the parent's training rows; 1 for the root */
  readonly share: Float64Array;
  /** z of an inner node's player on the path above the node; 1 where it is not tested above */
  readonly shareAbove: Float64Array;
  /** distinct players on the path to the node, its own not included */
  readonly pathPlayers: Int32Array;
  /** points of the Gauss-Legendre rule that is exact for all leaves */
  readonly points: number;
}

/** Everything about an ensemble that attribution needs, as plain data that can be printed and sent to workers. */
export interface AttributionPlan {
  readonly players: Players;
  readonly classes: number;
  readonly columns: number;
  /** [class] baseScore + the trees' expected values by cover: bias + the sum of attributions = margin */
  readonly bias: Float64Array;
  /** [class] how far bias + attributions may lie from a margin by rounding alone, see roundingBound */
  readonly rounding: Float64Array;
  /** in the ensemble's order */
  readonly trees: readonly TreePlan[];
  /** all trees as look-ups in tables, or null where they are walked row by row */
  readonly lookup: LookupPlan | null;
}

/** What to choose in planning. */
export interface PlanOptions {
  /**
   * Evaluate by look-ups in float32 tables: for many rows much faster than to walk every tree for every row in float64,
   * and within about 1e-6 of it. Default false.
   */
  readonly lookup?: boolean;
  /** a table of look-ups has at most this many states (at most 1,024, the default); leaves that need more have several */
  readonly lookupStates?: number;
  /** most bytes of look-up tables in all, default 512 MiB; units are made smaller, or look-ups given up, to keep it */
  readonly lookupBytes?: number;
  /** for look-ups: [column] 1 where values may be missing; by default everywhere */
  readonly missing?: Uint8Array;
  /**
   * for look-ups: the largest leaves of trees whose attributions are added up in float32 before they go to float64 sum up
   * to at most this, in the unit of margins; by default up to 64 trees are, whatever their leaves
   */
  readonly mostSum?: number;
}

/** Rows [from, to) of a table. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}
