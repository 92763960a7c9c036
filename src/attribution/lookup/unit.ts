import type { Tree } from '../../ensemble/tree.js';

/** Most states of a unit: larger tables take longer to build and to read than the look-ups that they save. */
export const MOST_STATES = 1024;
/** Most states that a byte counts. */
export const MOST_BYTE_STATES = 256;

/** Most cuts of a column: codes are -127 .. 126, and missing values 127 (or -128). */
export const MOST_CUTS = 253;

/** Bounds that a unit's path may have on one column, of every kind one. */
const MOST_BOUNDS = 4;

/** How missing values of a column go in a unit's inner nodes; `own`: not all the same way, so they have a state. */
type MissingWay = 'never' | 'left' | 'right' | 'own';

/** A column that a unit's inner nodes test. A row's digit is the number of cuts above its code (or the own state). */
export interface UnitColumn {
  readonly column: number;
  /** distinct cuts, ascending, as CodedTree.cut */
  readonly cuts: readonly number[];
  readonly missing: MissingWay;
  /** digits */
  readonly states: number;
  /** what a digit of 1 adds to the player's combination */
  readonly stride: number;
}

/** A bound on the way to a unit: the row meets it iff (code < cut) = left. */
export interface PathBound {
  readonly column: number;
  readonly cut: number;
  readonly left: boolean;
  readonly missingLeft: boolean;
}

/** What a unit must know of a player: whether its path conditions hold, and the combination of its columns' digits. */
export interface UnitPlayer {
  readonly player: number;
  /** tested above the unit: then 0 stands for "path failed", and combinations count from 1 */
  readonly onPath: boolean;
  readonly path: readonly PathBound[];
  readonly columns: readonly UnitColumn[];
  readonly states: number;
  /** what one of the player's states adds to the unit's state */
  readonly stride: number;
}

/** A part of a tree with few enough states that a row's attributions in it are one look-up (ENGINE, units). */
export interface Unit {
  readonly node: number;
  readonly leaves: readonly number[];
  readonly players: readonly UnitPlayer[];
  readonly states: number;
  /** states of the first players that one byte counts: all, or of the first few; another byte counts those of the rest */
  readonly byteStates: number;
}

/** A connected part of a tree: the subtree of `node`, but for the subtree of `without` (-1: all of it). */
export interface Part {
  readonly node: number;
  readonly without: number;
}

/** What units are described from. */
export interface UnitContext {
  readonly tree: Tree;
  readonly parent: Int32Array;
  /** [node] inner nodes of its subtree */
  readonly inner: Int32Array;
  /** [node] distinct players on the path to it */
  readonly pathPlayers: Int32Array;
  /** [node] which players are tested above it, and in its subtree: bit p mod 32 of player p */
  readonly above: Int32Array;
  readonly below: Int32Array;
  /** [node] CodedTree.cut */
  readonly cut: Int32Array;
  readonly playerOf: Int32Array;
  /** [column] 1 where values may be missing */
  readonly missing: Uint8Array;
  readonly mostStates: number;
  /** players of the whole game */
  readonly players: number;
}

/** A player of a part of a tree, before it is known what its states add to the unit's. */
export type PartPlayer = Omit<UnitPlayer, 'stride'>;

/** The part as a unit, or null if it has too many states. O(depth + subtree). */
export function unitAt(context: UnitContext, part: Part): Unit | null {
  const { mostStates, pathPlayers } = context;
  if (innerNodes(context, part) >= mostStates * 2 || 2 ** pathPlayers[part.node] > mostStates) return null;
  // a player has two states at least: most parts that are too large are seen to be before they are described
  if (2 ** countBits(context.above[part.node] | testedIn(context, part)) > mostStates) return null;
  const { players, leaves } = playersAt(context, part);
  return unitOf(players, { node: part.node, leaves, mostStates });
}

/** Which players are tested in the part, as UnitContext.below. O(depth). */
function testedIn({ tree, parent, playerOf, below }: UnitContext, { node, without }: Part): number {
  if (without < 0) return below[node];
  let tested = 0;
  for (let child = without; child !== node; child = parent[child]) {
    const up = parent[child];
    const sibling = tree.left[up] === child ? tree.right[up] : tree.left[up];
    tested |= playerBit(playerOf[tree.feature[up]]) | below[sibling];
  }
  return tested;
}

/** A player's bit of UnitContext.above and below. */
export function playerBit(player: number): number {
  return 1 << (player & 31);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** Inner nodes of the part. */
export function innerNodes({ inner }: UnitContext, { node, without }: Part): number {
  return inner[node] - (without < 0 ? 0 : inner[without]);
}

/** The players as a unit of all their combined states, or null if these, or the cuts of a column, are too many. */
export function unitOf(
  described: readonly PartPlayer[],
  { node, leaves, mostStates }: { node: number; leaves: readonly number[]; mostStates: number },
): Unit | null {
  const states = described.reduce((product, player) => product * player.states, 1);
  if (states > mostStates) return null;
  // a table may be of more cuts than a byte tells apart
  const tooMany = ({ cuts }: UnitColumn) => cuts.length > MOST_CUTS - MOST_BOUNDS;
  if (described.some(({ columns }) => columns.some(tooMany))) return null;
  const { first, rest } = states <= MOST_BYTE_STATES ? { first: described, rest: [] } : divide(described);
  if (rest === null) return null;
  let stride = 1;
  const players = [...first, ...rest].map((player): UnitPlayer => {
    const { player: index, onPath, path, columns, states } = player;
    const own = { player: index, onPath, path, columns, states, stride };
    stride *= states;
    return own;
  });
  return { node, leaves, players, states, byteStates: productOf(first) };
}

const productOf = (players: readonly PartPlayer[]) =>
  players.reduce((product, { states }) => product * states, 1);

/** Players in two lots of states that a byte counts each, the first of as many as possible; `rest` null if there are none. */
function divide(players: readonly PartPlayer[]): {
  readonly first: readonly PartPlayer[];
  readonly rest: readonly PartPlayer[] | null;
} {
  // [set of players] product of their states, each from that of the set without its last player
  const products = new Float64Array(1 << players.length).fill(1);
  let best = 0;
  players.forEach(({ states }, at) => {
    for (let set = 1 << at; set < 2 << at; set++) {
      products[set] = states * products[set - (1 << at)];
      if (products[set] <= MOST_BYTE_STATES && products[set] > products[best]) best = set;
    }
  });
  const isIn = (at: number) => ((best >>> at) & 1) === 1;
  const rest = players.filter((_, at) => !isIn(at));
  const fits = products[products.length - 1 - best] <= MOST_BYTE_STATES;
  return { first: players.filter((_, at) => isIn(at)), rest: fits ? rest : null };
}

/** A player while a part is gone through, which is done often: lists of a few are quicker than maps. */
interface OpenPlayer {
  readonly player: number;
  readonly path: PathBound[];
  /** the columns that the part's inner nodes test, and which of these do */
  readonly columns: { readonly column: number; readonly nodes: number[] }[];
}

/** The players that are tested above or in the part, those above it first, and its leaves in preorder. */
export function playersAt(
  context: UnitContext,
  part: Part,
): { readonly players: readonly PartPlayer[]; readonly leaves: readonly number[] } {
  const open: OpenPlayer[] = [];
  addPath(context, part.node, open);
  const onPath = open.length;
  const leaves = addInner(context, part, open);
  const players = open.map(({ player, path, columns: tested }, at): PartPlayer => {
    const columns: UnitColumn[] = [];
    let states = 1;
    for (const { column, nodes } of tested) {
      const own = columnOf(context, column, nodes, states);
      columns.push(own);
      states *= own.states;
    }
    return at < onPath
      ? { player, onPath: true, path, columns, states: states + 1 }
      : { player, onPath: false, path, columns, states };
  });
  return { players, leaves };
}

function openPlayer(open: OpenPlayer[], player: number): OpenPlayer {
  for (const known of open) if (known.player === player) return known;
  const opened = { player, path: [], columns: [] };
  open.push(opened);
  return opened;
}

/** The tightest bounds on the way to a node; a player's column has at most one of every kind. */
function addPath(
  { tree, parent, cut, playerOf, missing }: UnitContext,
  root: number,
  open: OpenPlayer[],
): void {
  for (let child = root, node = parent[root]; node >= 0; child = node, node = parent[node]) {
    const column = tree.feature[node];
    const left = tree.left[node] === child;
    const missingLeft = missing[column] === 1 && tree.defaultLeft[node] === 1;
    const bound = { column, cut: cut[node], left, missingLeft };
    const { path } = openPlayer(open, playerOf[column]);
    let same = 0;
    while (same < path.length && !isSameKind(path[same], bound)) same++;
    if (same === path.length) path.push(bound);
    else if (left ? bound.cut < path[same].cut : bound.cut > path[same].cut) path[same] = bound;
  }
}

function isSameKind(a: PathBound, b: PathBound): boolean {
  return a.column === b.column && a.left === b.left && a.missingLeft === b.missingLeft;
}

/** The inner nodes of a part; returns its leaves in preorder. */
function addInner({ tree, playerOf }: UnitContext, part: Part, open: OpenPlayer[]): number[] {
  const leaves: number[] = [];
  const pending = [part.node];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === part.without) continue;
    if (tree.left[node] < 0) {
      leaves.push(node);
      continue;
    }
    const column = tree.feature[node];
    const { columns } = openPlayer(open, playerOf[column]);
    const known = columns.find((own) => own.column === column);
    if (known === undefined) columns.push({ column, nodes: [node] });
    else known.nodes.push(node);
    pending.push(tree.right[node], tree.left[node]);
  }
  return leaves;
}

/** A column with its digits, from the inner nodes that test it. */
function columnOf(
  { tree, cut, missing }: UnitContext,
  column: number,
  nodes: readonly number[],
  stride: number,
): UnitColumn {
  const cuts: number[] = [];
  let leftward = 0;
  for (const node of nodes) {
    leftward += tree.defaultLeft[node];
    let place = cuts.length;
    while (place > 0 && cuts[place - 1] >= cut[node]) place--;
    if (cuts[place] !== cut[node]) cuts.splice(place, 0, cut[node]);
  }
  const sides = leftward === 0 ? 'right' : leftward === nodes.length ? 'left' : 'own';
  const way: MissingWay = missing[column] === 0 ? 'never' : sides;
  return { column, cuts, missing: way, states: cuts.length + (way === 'own' ? 2 : 1), stride };
}
