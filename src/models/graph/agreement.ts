import type { Graph } from './graph.js';
import type { HiddenQueries, Listener } from './pairs.js';
import { eachTie, shareOf } from './ties.js';

/** Compares two queries by the products they share, or two products by their queries. */
export interface Agreement {
  /** chooses the first of the two; what it is excepted from is not shared with anyone */
  root(listener: Listener, hidden: HiddenQueries): void;
  /**
   * Writes at `start`: per class, the mean over shared neighbours of the product of both ties' shares; then the mean
   * over shared neighbours of the share on which they differ; then the log number shared. Zeros without any.
   */
  write(node: number, target: Float32Array, start: number): void;
}

/** Numbers that `write` gives. */
export function agreementWidth(classes: number): number {
  return classes + 2;
}

/** Ties of either side that are compared, the busiest. */
const MOST = 128;
/** Means over few shared neighbours are drawn towards 0. */
const PRIOR = 1;

/**
 * Two-step co-occurrence: queries that customers use alike agree in the classes of what they share. The two paths over
 * a shared neighbour are multiplied class by class, as in typed path counts (Sun et al. 2011, PathSim). O(ties) a pair.
 */
export function createAgreement({ ties, nodes }: Graph): Agreement {
  const { classes } = ties;
  const tieOf = new Int32Array(nodes).fill(-1);
  const labelOf = new Int32Array(nodes);
  const chosen = new Int32Array(MOST);
  let count = 0;
  let hides: HiddenQueries = new Uint8Array(0);
  return {
    root(listener, hidden) {
      for (let at = 0; at < count; at++) tieOf[chosen[at]] = -1;
      count = 0;
      hides = hidden;
      eachTie(ties, listener, { hidden, most: MOST }, (neighbour, tie, label) => {
        chosen[count++] = neighbour;
        tieOf[neighbour] = tie;
        labelOf[neighbour] = label;
      });
    },
    write(node, target, start) {
      let shared = 0;
      let same = 0;
      target.fill(0, start, start + classes + 2);
      const isQuery = node < ties.queries;
      const end = ties.offsets[node + 1];
      // as `eachTie` says, without a call for each tie
      for (let at = ties.offsets[node], heard = 0; at < end && heard < MOST; at++) {
        const neighbour = ties.neighbours[at];
        const tie = ties.tie[at];
        const label = hides[isQuery ? node : neighbour] === 1 ? -1 : ties.label[tie];
        if (label < 0 && ties.volume[tie] === 0) continue;
        heard++;
        const other = tieOf[neighbour];
        if (other < 0) continue;
        shared++;
        for (let k = 0; k < classes; k++) {
          const both = shareOf(ties, tie, label, k) * shareOf(ties, other, labelOf[neighbour], k);
          target[start + k] += both;
          same += both;
        }
      }
      for (let k = 0; k < classes; k++) target[start + k] /= shared + PRIOR;
      target[start + classes] = (shared - same) / (shared + PRIOR);
      target[start + classes + 1] = Math.log1p(shared) / 3;
    },
  };
}
