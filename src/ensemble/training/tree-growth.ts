import type { BoostingOptions } from '../boosting-options.js';
import type { TrainingMemory } from './memory.js';
import { MOST_STEPS, type SharedPlaces } from './tree-layout.js';
import { type SharedTree, type Splitting, TreeSteps } from './tree-steps.js';

/** Limits on trees. */
type Limits = Pick<BoostingOptions, 'growth' | 'maxDepth' | 'maxLeaves'>;

/**
 * Grows the trees whose steps threads share, all of them together, on the jobs in the memory, and adds their values to
 * the margins: `columns` [class] says how many a tree may test. The trees are those that the kernel `growTree` would grow:
 * depth-wise splits a tree's leaves in the order they were made, leaf-wise the one of largest gain first (the older of
 * equals), until no split is allowed or the limits are reached. O(rows columns depth) a tree.
 */
export function growSharedTrees(memory: TrainingMemory, columns: readonly number[], options: Limits): void {
  const { growJobs, nodes, roots, shared } = memory.layout;
  const trees: SharedTree[] = [];
  for (let k = (shared as SharedPlaces).first; k < growJobs.length; k++) {
    trees.push({
      job: growJobs[k],
      nodes: nodes[k],
      columns: columns[k],
      rootHistogram: roots?.histograms[k],
      nodeCount: 1,
      leaves: 1,
      waiting: [],
    });
  }
  const steps = new TreeSteps(memory, trees);
  steps.plant();
  for (;;) {
    const splittings = takeNodes(steps, trees, options);
    if (splittings.length === 0) break;
    steps.split(splittings);
  }
  steps.finish();
}

/** Takes nodes to be split at once off the trees' lists, as many as there is room for. */
function takeNodes(steps: TreeSteps, trees: readonly SharedTree[], limits: Limits): Splitting[] {
  const { growth, maxDepth } = limits;
  const maxLeaves = limits.maxLeaves === 0 ? Number.POSITIVE_INFINITY : limits.maxLeaves;
  const taken: Splitting[] = [];
  let room = steps.histogramsLeft;
  for (const tree of trees) {
    const { waiting } = tree;
    const most = growth === 'leafwise' ? 1 : waiting.length;
    for (let count = 0; count < most && waiting.length > 0 && tree.leaves < maxLeaves; count++) {
      const at = growth === 'leafwise' ? bestOf(steps, waiting) : 0;
      const node = waiting[at];
      const isLastLevel = maxDepth > 0 && steps.depthOf(node) + 1 >= maxDepth;
      const splitting = { tree, node, searches: tree.leaves + 1 < maxLeaves && !isLastLevel };
      room -= steps.histogramsNeeded(splitting);
      if (room < 0 || taken.length === MOST_STEPS) return taken;
      waiting.splice(at, 1);
      tree.leaves++;
      taken.push(splitting);
    }
  }
  return taken;
}

/** Place of the node of largest gain; the first of equals. */
function bestOf(steps: TreeSteps, nodes: readonly number[]): number {
  let best = 0;
  for (let at = 1; at < nodes.length; at++)
    if (steps.gainOf(nodes[at]) > steps.gainOf(nodes[best])) best = at;
  return best;
}
