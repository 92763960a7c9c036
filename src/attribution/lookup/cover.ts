import { type FactoredUnit, factoredAt, operationsOf } from './factors.js';
import { stateWidth } from './table.js';
import { MOST_BYTE_STATES, type Part, type Unit, type UnitContext, unitAt } from './unit.js';

/** Units that together have each leaf of a tree once. */
export interface Cover {
  /** with one table */
  readonly units: readonly Unit[];
  /** with several */
  readonly factored: readonly FactoredUnit[];
}

/** Vector operations of a look-up, about, shared by two leaves. */
const OPERATIONS_PER_LEAF = 6;

/**
 * Covers a tree with units from the root down. A subtree that fits into one table is a unit. If only one child of a node
 * fits, that child and what fits further down the other way become one unit, for as many nodes as one table can take.
 * Where neither fits, leaves may have paths of too many players for any one table: a factored unit takes as many of them
 * as it can, if that is cheaper. O(nodes * (depth + a unit's nodes)).
 */
export function coverTree(context: UnitContext): Cover {
  const { tree } = context;
  const units: Unit[] = [];
  const factored: FactoredUnit[] = [];
  const fits = fitting(context);
  const pending = [0];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const unit = fits(node);
    if (unit !== null) {
      units.push(unit);
      continue;
    }
    const children = tree.left[node] < 0 ? [] : [tree.left[node], tree.right[node]];
    const large = children.filter((child) => fits(child) === null);
    if (large.length === 1) {
      const chain = longestPart(context, node, {
        describe: fittingUnit,
        onward: (at) => onlyLarge(context, at, fits),
      });
      if (chain === null || chain.nodes < 2) pending.push(...children);
      else {
        units.push(chain.unit);
        pending.push(chain.rest);
      }
      continue;
    }
    const chain = large.length === children.length ? factoredFrom(context, node) : null;
    if (chain === null) pending.push(...children);
    else {
      factored.push(chain.unit);
      if (chain.rest >= 0) pending.push(chain.rest);
    }
  }
  return { units, factored };
}

/** Bytes of the table of a unit whose states take two bytes, at most: some such tables stay in the second-level cache. */
const MOST_TABLE_BYTES = 96 * 1024;

/** The part as a unit, or null if it has too many states or too large a table of them. */
function fittingUnit(context: UnitContext, part: Part): Unit | null {
  const unit = unitAt(context, part);
  if (unit === null || unit.states <= MOST_BYTE_STATES) return unit;
  return 4 * unit.states * stateWidth(unit, context.players) > MOST_TABLE_BYTES ? null : unit;
}

/** fittingUnit of whole subtrees, each described once. */
function fitting(context: UnitContext): (node: number) => Unit | null {
  const known = new Map<number, Unit | null>();
  return (node) => {
    let unit = known.get(node);
    if (unit === undefined) {
      unit = fittingUnit(context, { node, without: -1 });
      known.set(node, unit);
    }
    return unit;
  };
}

/** The child that does not fit, if the other one does; else -1. */
function onlyLarge({ tree }: UnitContext, node: number, fits: (node: number) => Unit | null): number {
  const left = fits(tree.left[node]) === null;
  const right = fits(tree.right[node]) === null;
  return left === right ? -1 : left ? tree.left[node] : tree.right[node];
}

/** The factored unit from a node on, and the node whose subtree it leaves (-1: none), if it is worth having. */
function factoredFrom(
  context: UnitContext,
  node: number,
): { readonly unit: FactoredUnit; readonly rest: number } | null {
  const { tree, inner } = context;
  const whole = factoredAt(context, { node, without: -1 });
  const onward = (at: number) => {
    const [left, right] = [tree.left[at], tree.right[at]];
    const larger = inner[left] >= inner[right] ? left : right;
    return inner[larger] > 0 ? larger : -1;
  };
  const found =
    whole !== null ? { unit: whole, rest: -1 } : longestPart(context, node, { describe: factoredAt, onward });
  if (found === null) return null;
  return operationsOf(found.unit) <= operationsApart(context, found.unit) ? found : null;
}

/** Vector operations of a row if the leaves were not in one factored unit, about. */
function operationsApart(context: UnitContext, { leaves }: FactoredUnit): number {
  return leaves.reduce((sum, leaf) => {
    if (fittingUnit(context, { node: leaf, without: -1 }) !== null) return sum + OPERATIONS_PER_LEAF;
    const alone = factoredAt(context, { node: leaf, without: -1 });
    return sum + (alone === null ? 0 : operationsOf(alone));
  }, 0);
}

/** How longestPart goes on. */
interface Walk<T> {
  /** the part as a unit, or null if it is too large */
  readonly describe: (context: UnitContext, part: Part) => T | null;
  /** the child of a node of the way whose subtree is to be left to others, or -1 for none */
  readonly onward: (node: number) => number;
}

/** The largest unit of nodes on a way down from `node`, with all that hangs on them; null if not even one node fits. */
function longestPart<T>(
  context: UnitContext,
  node: number,
  { describe, onward }: Walk<T>,
): { readonly unit: T; readonly rest: number; readonly nodes: number } | null {
  let found: { readonly unit: T; readonly rest: number; readonly nodes: number } | null = null;
  for (let rest = onward(node), nodes = 1; rest >= 0; rest = onward(rest), nodes++) {
    const unit = describe(context, { node, without: rest });
    if (unit === null) return found;
    found = { unit, rest, nodes };
  }
  return found;
}
