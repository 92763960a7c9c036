/** Rows [start, end) of a tree's order that go to one call. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Time until the last of some threads is done, where each takes the costliest task that is left as soon as it is free. In
 * the unit of the costs; `costs` fall. O(tasks threads).
 */
export function makespan(costs: readonly number[], threads: number): number {
  const loads = new Float64Array(threads);
  for (const cost of costs) {
    let least = 0;
    for (let thread = 1; thread < threads; thread++) if (loads[thread] < loads[least]) least = thread;
    loads[least] += cost;
  }
  return loads.reduce((most, load) => Math.max(most, load), 0);
}

/**
 * Divides ranges of rows into about equal parts of at most `most` rows; [range][part]. There are fewer parts than
 * ranges plus all rows divided by `most`.
 */
export function divideRows(ranges: readonly RowRange[], most: number): RowRange[][] {
  return ranges.map(({ start, end }) => {
    const count = Math.max(1, Math.ceil((end - start) / most));
    const at = (part: number) => start + Math.floor((part * (end - start)) / count);
    return Array.from({ length: count }, (_, part) => ({ start: at(part), end: at(part + 1) }));
  });
}
