/** AssemblyScript: trees of more leaves than a byte can number. */
import { Job, Tree } from './layout';

/**
 * A tree of too many leaves for their numbers to be bytes, four rows at a time. A node: u32 bytes from the first node to
 * its left child, which its right one follows (a leaf: to itself), plus 1 where missing values go left; u32 bytes of the
 * column; f32 threshold (a leaf: NaN); f32 value of a leaf.
 */
export function walk(tree: Tree, job: Job, margins: usize, step: usize): void {
  const nodes = <usize>tree.structure;
  const width = <usize>job.columnCount * 4;
  const last = <usize>job.values + <usize>(job.rows - 1) * width;
  for (let row = <usize>job.values; row <= last; row += 4 * width) {
    const row1 = min<usize>(row + width, last);
    const row2 = min<usize>(row + 2 * width, last);
    const row3 = min<usize>(row + 3 * width, last);
    let a = nodes;
    let b = nodes;
    let c = nodes;
    let d = nodes;
    while (true) {
      const a1 = stepDown(nodes, a, row);
      const b1 = stepDown(nodes, b, row1);
      const c1 = stepDown(nodes, c, row2);
      const d1 = stepDown(nodes, d, row3);
      if (((a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1)) == 0) break;
      a = a1;
      b = b1;
      c = c1;
      d = d1;
    }
    store<f32>(margins, load<f32>(margins) + load<f32>(a, 12));
    if (row < row1) store<f32>(margins + step, load<f32>(margins + step) + load<f32>(b, 12));
    if (row1 < row2) store<f32>(margins + 2 * step, load<f32>(margins + 2 * step) + load<f32>(c, 12));
    if (row2 < row3) store<f32>(margins + 3 * step, load<f32>(margins + 3 * step) + load<f32>(d, 12));
    margins += 4 * step;
  }
}

/** The child that a row goes to. */
@inline
function stepDown(nodes: usize, node: usize, row: usize): usize {
  const child = load<u32>(node);
  const x = load<f32>(row + <usize>load<u32>(node, 4));
  const right = u32(x >= load<f32>(node, 8)) | (u32(x != x) & ~child);
  return nodes + <usize>(child & ~1) + (<usize>(right & 1) << 4);
}
