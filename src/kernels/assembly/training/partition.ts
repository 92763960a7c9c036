import { GrowJob, Node, Scratch } from './job';

/**
 * Reorders order[start..end) of a tree so that the rows going left by the node's split come first, each side in its earlier
 * order, and returns where the right side begins. O(end - start).
 */
export function partition(job: GrowJob, scratch: Scratch, node: Node, start: u32, end: u32): u32 {
  const codes = <usize>job.columnCodes + <usize>node.feature * <usize>job.columnStride;
  const missing = job.missing;
  // the missing code is all ones, so one more wraps it round to below all bins: then a single test serves both defaults
  const turn = node.defaultLeft;
  const limit = node.bin + turn;
  const order = <usize>job.order;
  let left = order + (<usize>start << 2);
  let right = <usize>scratch.spare;
  for (let at = left, last = order + (<usize>end << 2); at < last; at += 4) {
    const position = load<u32>(at);
    const code = (<u32>load<u8>(codes + position) + turn) & missing;
    const goesRight = (limit - code) >> 31;
    store<u32>(left, position); // no branch: written to both sides, kept on one
    store<u32>(right, position);
    left += <usize>(4 - (goesRight << 2));
    right += <usize>(goesRight << 2);
  }
  memory.copy(left, <usize>scratch.spare, right - <usize>scratch.spare);
  return <u32>((left - order) >> 2);
}
