import {
  innerNodes,
  type Part,
  type PartPlayer,
  playersAt,
  type Unit,
  type UnitContext,
  unitOf,
} from './unit.js';

/**
 * A part of a tree whose game is a product of factors that share no player: v(S) = v_0(S) v_1(S) ... Each factor has few
 * enough states for a table, and the tables are joined at the points of a quadrature rule (see factorTable).
 */
export interface FactoredUnit {
  readonly node: number;
  readonly leaves: readonly number[];
  /**
   * first the players tested in the part, with its leaves; then players that are only tested above it, whose factor is
   * the same for all leaves: their `leaves` is any one of these
   */
  readonly factors: readonly Unit[];
  /** points of the Gauss-Legendre rule: exact for paths of 2 points players */
  readonly points: number;
}

/** Players of a factor that is only above the part: one register of slopes, 16 states. */
const FACTOR_PLAYERS = 4;
/** Most states of the factor that has the part's own tests: its table is 4 points (1 + 4 registers) bytes per state. */
const MOST_FACTOR_STATES = 128;

/** The part as a factored unit, or null if those of its players that are tested in it have too many states. */
export function factoredAt(context: UnitContext, part: Part): FactoredUnit | null {
  const mostStates = Math.max(2 ** FACTOR_PLAYERS, Math.min(MOST_FACTOR_STATES, context.mostStates));
  if (innerNodes(context, part) >= mostStates) return null;
  const { node } = part;
  const { players, leaves } = playersAt(context, part);
  const tested = players.filter(({ columns }) => columns.length > 0);
  const above = players.filter(({ columns }) => columns.length === 0);
  const groups = evenly(above);
  const own = tested.length > 0 ? tested : (groups.shift() ?? []);
  const first = unitOf(own, { node, leaves, mostStates });
  if (first === null) return null;
  const others = groups.flatMap(
    (group) => unitOf(group, { node, leaves: leaves.slice(0, 1), mostStates }) ?? [],
  );
  const most = leaves.reduce((largest, leaf) => Math.max(largest, context.pathPlayers[leaf]), 1);
  return { node, leaves, factors: [first, ...others], points: Math.ceil(most / 2) };
}

/** The players in as few groups of up to FACTOR_PLAYERS as possible, of nearly equal sizes. */
function evenly(players: readonly PartPlayer[]): PartPlayer[][] {
  const groups: PartPlayer[][] = Array.from({ length: Math.ceil(players.length / FACTOR_PLAYERS) }, () => []);
  players.forEach((player, at) => {
    groups[at % groups.length].push(player);
  });
  return groups;
}

/** Vector operations of a row in a factored unit, about: products at the points, slopes of each register, sums. */
export function operationsOf({ factors, points }: FactoredUnit): number {
  return factors.reduce((sum, { players }) => {
    const registers = Math.ceil(players.length / 4);
    return sum + 8 * Math.ceil(points / 4) + registers * (4 * points + 16);
  }, 0);
}
