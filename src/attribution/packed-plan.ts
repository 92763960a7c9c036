import { type PackedLookups, packLookups, unpackLookups } from './lookup/packed-lookups.js';
import type { LookupGroup, LookupPlan } from './lookup-types.js';
import type { AttributionPlan } from './plan-types.js';

/** Look-ups of all trees in few arrays, by groups. */
interface PackedGroups extends Omit<LookupPlan, 'groups'> {
  readonly groups: readonly { readonly cuts: LookupGroup['cuts']; readonly trees: number }[];
  readonly trees: PackedLookups;
}

/**
 * A plan as threads are sent it: a plan of hundreds of trees is thousands of arrays, each of which takes longer to send than
 * to use. Without what only planning and describing need.
 */
export interface PackedPlan extends Omit<AttributionPlan, 'lookup'> {
  /** tells plans of this process apart */
  readonly key: number;
  readonly lookup: PackedGroups | null;
}

let packedPlans = 0;

/** Packs a plan. O(trees), and the programs are copied. */
export function packPlan(plan: AttributionPlan): PackedPlan {
  const key = packedPlans++;
  const { lookup } = plan;
  if (lookup === null) return { ...plan, key, lookup: null };
  const { groups, ...rest } = lookup;
  return {
    ...plan,
    key,
    trees: [],
    lookup: {
      ...rest,
      groups: groups.map((group) => ({ cuts: group.cuts, trees: group.trees.length })),
      trees: packLookups(groups.flatMap((group) => group.trees)),
    },
  };
}

/** The plan that was packed. O(trees). */
export function unpackPlan({ key: _, ...packed }: PackedPlan): AttributionPlan {
  const { lookup } = packed;
  if (lookup === null) return { ...packed, lookup };
  const { groups, trees: lookups, ...rest } = lookup;
  const trees = unpackLookups(lookups);
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
