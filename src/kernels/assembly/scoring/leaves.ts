/** AssemblyScript: sums of leaves by their numbers. */
import { INDEX, LEAVES, NARROW_LEAVES, ROWS, WIDE_LEAVES } from './layout';

/** Adds the leaves of the batch's trees, of which there are 16, 8, 4, 2 or 1, so that the additions are unrolled. */
@inline
export function addBatchLeaves(wide: bool, count: usize, margins: usize, step: usize, rows: usize): void {
  let margin = margins;
  const end = INDEX + rows;
  if (count == 16) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, add8(wide, 8, row, add8(wide, 0, row, load<f32>(margin))));
    }
  } else if (count == 8) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, add8(wide, 0, row, load<f32>(margin)));
    }
  } else if (count == 4) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, add4(wide, 0, row, load<f32>(margin)));
    }
  } else if (count == 2) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, add2(wide, 0, row, load<f32>(margin)));
    }
  } else {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, add1(wide, 0, row, load<f32>(margin)));
    }
  }
}

/** A row's sum with the leaves of trees of the batch from `tree` on, added in their order. */
@inline
function add8(wide: bool, tree: usize, row: usize, sum: f32): f32 {
  return add4(wide, tree + 4, row, add4(wide, tree, row, sum));
}

@inline
function add4(wide: bool, tree: usize, row: usize, sum: f32): f32 {
  return add2(wide, tree + 2, row, add2(wide, tree, row, sum));
}

@inline
function add2(wide: bool, tree: usize, row: usize, sum: f32): f32 {
  return add1(wide, tree + 1, row, add1(wide, tree, row, sum));
}

@inline
function add1(wide: bool, tree: usize, row: usize, sum: f32): f32 {
  const number = <usize>load<u8>(row + tree * ROWS);
  if (wide) return sum + load<f32>((number << 2) + LEAVES + tree * WIDE_LEAVES);
  return sum + load<f32>(number + LEAVES + tree * NARROW_LEAVES);
}
