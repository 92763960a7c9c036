/** What customers do with a product under a query, in order of commitment. */
export const BEHAVIOUR_NAMES = ['impressions', 'clicks', 'adds', 'purchases'] as const;

/** A kind of behaviour. */
export type BehaviourName = (typeof BEHAVIOUR_NAMES)[number];

/** All kinds of edges that a graph can have, in the order in which names list them. */
export const RELATION_NAMES = ['judged', ...BEHAVIOUR_NAMES, 'brand', 'text'] as const;

/**
 * A kind of edge: judged pairs (one relation per class), customers' behaviours (read together as one relation per
 * class), products of the same brand, nearest neighbours by text.
 */
export type RelationName = (typeof RELATION_NAMES)[number];

/** The kinds of behaviour among relations. */
export function behavioursOf(relations: readonly RelationName[]): BehaviourName[] {
  return BEHAVIOUR_NAMES.filter((name) => relations.includes(name));
}
