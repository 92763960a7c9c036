import type { BoostingOptions } from '../boosting-options.js';
import type { TrainingMemory } from './memory.js';
import { type NodePair, VectorSteps } from './vector-steps.js';

/** Nodes that are split at once: their steps run side by side, and the tree is as if they were split in turn. */
const MOST_AT_ONCE = 64;

/**
 * Grows one structure for all classes on the job in the memory and adds its values to the margins; returns the number of
 * its nodes. Depth-wise splits leaves in the order they were made, leaf-wise the one of largest gain first (the older of
 * equals), until no split is allowed or the limits are reached. O(rows columns classes depth).
 */
export function growVectorTree(memory: TrainingMemory, columns: number, options: BoostingOptions): number {
  const steps = new VectorSteps(memory, columns);
  const most = options.maxLeaves === 0 ? Number.POSITIVE_INFINITY : options.maxLeaves;
  const waiting = steps.plant();
  for (let leaves = 1; waiting.length > 0 && leaves < most; ) {
    const nodes =
      options.growth === 'leafwise' ? takeBest(steps, waiting) : takeFirst(steps, waiting, most - leaves);
    leaves += nodes.length;
    const pairs: NodePair[] = steps.split(nodes);
    // where no more leaves may be made, nothing is searched for
    if (leaves < most) waiting.push(...steps.search(pairs));
  }
  steps.addValues();
  return steps.nodeCount;
}

/** Takes the oldest nodes off the list, as many as there is room for. */
function takeFirst(steps: VectorSteps, waiting: number[], most: number): number[] {
  let room = steps.histogramsLeft;
  let count = 0;
  while (count < Math.min(waiting.length, most, MOST_AT_ONCE)) {
    room -= steps.histogramsNeeded(waiting[count]);
    if (room < 0) break;
    count++;
  }
  return waiting.splice(0, count);
}

/** Takes the node of largest gain off the list. */
function takeBest(steps: VectorSteps, waiting: number[]): number[] {
  let best = 0;
  for (let at = 1; at < waiting.length; at++) {
    if (steps.gainOf(waiting[at]) > steps.gainOf(waiting[best])) best = at;
  }
  return waiting.splice(best, 1);
}
