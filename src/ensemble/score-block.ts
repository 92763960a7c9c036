import { cutsBelow, LARGEST_CODE, type ScorePlan } from './score-plan.js';
import type { FeatureMatrix } from './tree.js';

/** Rows scored together: their codes and a tree stay in cache while they are used. A power of two. */
export const BLOCK_ROWS = 256;

/** Trees up to this depth are walked with a fixed number of steps, which costs no branch; deeper ones until a leaf. */
const FIXED_STEPS = 10;

/** Codes of a block of rows [plane][row]; the planes of column c are c and columns + c, by where missing values go. */
export function createCodes(plan: ScorePlan): Int32Array {
  return new Int32Array(2 * plan.cuts.length * BLOCK_ROWS);
}

/** Rows start..end of `rows`, or of the table. */
export interface Block {
  readonly start: number;
  readonly end: number;
  readonly rows: Int32Array | undefined;
}

/** Codes the rows of a block: the number of a column's cuts at or below the value. O(rows columns log cuts). */
export function encodeBlock(plan: ScorePlan, features: FeatureMatrix, block: Block, codes: Int32Array): void {
  const { columns, values } = features;
  for (let column = 0; column < columns; column++) {
    const cuts = plan.cuts[column];
    if (cuts.length === 0) continue;
    const left = column * BLOCK_ROWS;
    const right = (columns + column) * BLOCK_ROWS;
    for (let at = block.start; at < block.end; at++) {
      const row = block.rows === undefined ? at : block.rows[at];
      const value = values[row * columns + column];
      const missing = Number.isNaN(value);
      const code = missing ? -1 : cutsBelow(cuts, value);
      codes[left + at - block.start] = code;
      codes[right + at - block.start] = missing ? LARGEST_CODE : code;
    }
  }
}

/** Margins [row of the block][class], and the class to add to. */
export interface BlockMargins {
  readonly margins: Float32Array;
  readonly classes: number;
  readonly class: number;
}

/** Adds the leaf that each row of a block reaches in one tree. O(rows depth). */
export function addTree(plan: ScorePlan, tree: number, codes: Int32Array, target: BlockMargins): void {
  const rows = target.margins.length / target.classes;
  const together = plan.depth[tree] <= FIXED_STEPS ? rows - (rows % 4) : 0;
  addByFours(plan, tree, codes, { ...target, together });
  const { limit, plane, child, value } = plan;
  for (let row = together; row < rows; row++) {
    let node = plan.root[tree];
    for (let next = child[node]; next !== node; next = child[node]) {
      node = next + ((limit[node] - codes[plane[node] * BLOCK_ROWS + row]) >>> 31);
    }
    target.margins[row * target.classes + target.class] += value[node];
  }
}

/** The hot loop of scoring: four rows at a time, because each waits for its own last node. */
function addByFours(
  plan: ScorePlan,
  tree: number,
  codes: Int32Array,
  target: BlockMargins & { readonly together: number },
): void {
  const { limit, plane, child, value } = plan;
  const { margins, classes, together } = target;
  const root = plan.root[tree];
  const steps = plan.depth[tree];
  for (let row = 0; row < together; row += 4) {
    let a = root;
    let b = root;
    let c = root;
    let d = root;
    for (let step = 0; step < steps; step++) {
      a = child[a] + ((limit[a] - codes[plane[a] * BLOCK_ROWS + row]) >>> 31);
      b = child[b] + ((limit[b] - codes[plane[b] * BLOCK_ROWS + row + 1]) >>> 31);
      c = child[c] + ((limit[c] - codes[plane[c] * BLOCK_ROWS + row + 2]) >>> 31);
      d = child[d] + ((limit[d] - codes[plane[d] * BLOCK_ROWS + row + 3]) >>> 31);
    }
    const at = row * classes + target.class;
    margins[at] += value[a];
    margins[at + classes] += value[b];
    margins[at + 2 * classes] += value[c];
    margins[at + 3 * classes] += value[d];
  }
}
