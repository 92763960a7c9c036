/**
 * The assignment of columns to rows with the largest total, by the Hungarian method with potentials (Kuhn 1955; Jonker
 * and Volgenant's shortest augmenting paths). `scores` is [row][column], n x n; returns the column of each row. O(n^3).
 */
export function bestAssignment(scores: ArrayLike<number>, n: number): Int32Array {
  const rowPotential = new Float64Array(n + 1);
  const columnPotential = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1); // of each column, counted from 1; 0 is free
  const previous = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    rowOf[0] = row;
    let column = 0;
    const slack = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(n + 1);
    do {
      used[column] = 1;
      const current = rowOf[column];
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= n; j++) {
        if (used[j]) continue;
        const cost = -scores[(current - 1) * n + j - 1] - rowPotential[current] - columnPotential[j];
        if (cost < slack[j]) [slack[j], previous[j]] = [cost, column];
        if (slack[j] < delta) [delta, next] = [slack[j], j];
      }
      for (let j = 0; j <= n; j++) {
        if (used[j]) {
          rowPotential[rowOf[j]] += delta;
          columnPotential[j] -= delta;
        } else slack[j] -= delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = previous[column]) rowOf[column] = rowOf[previous[column]];
  }
  const columnOf = new Int32Array(n);
  for (let j = 1; j <= n; j++) columnOf[rowOf[j] - 1] = j - 1;
  return columnOf;
}
