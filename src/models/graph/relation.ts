/**
 * One type of edge as adjacency lists over all nodes: the neighbours of node v are at offsets[v] until offsets[v + 1],
 * half-open, with positive weights. Nodes are the queries, then the products.
 */
export interface Relation {
  readonly name: string;
  /** [nodes + 1] */
  readonly offsets: Int32Array;
  readonly neighbours: Int32Array;
  readonly weights: Float32Array;
}

/** Edges as columns: node `from` hears from node `to`. */
export interface EdgeList {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  readonly weight: ArrayLike<number>;
}

/**
 * Adjacency lists from edges, each list by descending weight, then node; of repeated edges the heaviest stays, and
 * weights of 0 are dropped. O(edges log edges).
 */
export function relationOf(name: string, nodes: number, edges: EdgeList): Relation {
  const count = edges.from.length;
  const order = Array.from({ length: count }, (_, at) => at)
    .filter((at) => edges.weight[at] > 0)
    .sort(
      (a, b) =>
        edges.from[a] - edges.from[b] || edges.weight[b] - edges.weight[a] || edges.to[a] - edges.to[b],
    );
  const offsets = new Int32Array(nodes + 1);
  const neighbours: number[] = [];
  const weights: number[] = [];
  let at = 0;
  for (let node = 0; node < nodes; node++) {
    const start = neighbours.length;
    for (; at < order.length && edges.from[order[at]] === node; at++) {
      if (neighbours.indexOf(edges.to[order[at]], start) >= 0) continue;
      neighbours.push(edges.to[order[at]]);
      weights.push(edges.weight[order[at]]);
    }
    offsets[node + 1] = neighbours.length;
  }
  return { name, offsets, neighbours: Int32Array.from(neighbours), weights: Float32Array.from(weights) };
}

/** Calls back for each neighbour of a node. */
export function eachNeighbour(
  relation: Relation,
  node: number,
  hear: (neighbour: number, weight: number) => void,
): void {
  for (let at = relation.offsets[node]; at < relation.offsets[node + 1]; at++) {
    hear(relation.neighbours[at], relation.weights[at]);
  }
}
