/** AssemblyScript: sums of leaves by their numbers. */
import { INDEX, LEAVES, NARROW_LEAVES, ROWS, WIDE_LEAVES } from './layout';

/**
 * Adds to the margins the leaves of a batch's trees, of which there are 16, 8, 4, 2 or 1: each row's sum in a register,
 * and the places of the trees' tables constants of the code, so that a leaf costs two loads and an addition.
 */
export function addNarrow(count: usize, margin: usize, step: usize, rows: usize): void {
  const end = INDEX + rows;
  if (count == 16) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, eightMore(row, fourMore(row, twoMore(row, second(row, first(row, load<f32>(margin)))))));
    }
  } else if (count == 8) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, fourMore(row, twoMore(row, second(row, first(row, load<f32>(margin))))));
    }
  } else if (count == 4) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, twoMore(row, second(row, first(row, load<f32>(margin)))));
    }
  } else if (count == 2) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, second(row, first(row, load<f32>(margin))));
    }
  } else {
    for (let row = INDEX; row < end; row++, margin += step) store<f32>(margin, first(row, load<f32>(margin)));
  }
}

/** As addNarrow, for trees of more than 64 leaves, whose numbers are not yet in bytes. */
export function addWide(count: usize, margin: usize, step: usize, rows: usize): void {
  const end = INDEX + rows;
  if (count == 16) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, wideEight(row, wideFour(row, wideTwo(row, wideSecond(row, wideFirst(row, load<f32>(margin)))))));
    }
  } else if (count == 8) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, wideFour(row, wideTwo(row, wideSecond(row, wideFirst(row, load<f32>(margin))))));
    }
  } else if (count == 4) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, wideTwo(row, wideSecond(row, wideFirst(row, load<f32>(margin)))));
    }
  } else if (count == 2) {
    for (let row = INDEX; row < end; row++, margin += step) {
      store<f32>(margin, wideSecond(row, wideFirst(row, load<f32>(margin))));
    }
  } else {
    for (let row = INDEX; row < end; row++, margin += step) store<f32>(margin, wideFirst(row, load<f32>(margin)));
  }
}

/** A row's sum with the leaf of the batch's first tree, and so on. */
@inline
function first(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 0 * ROWS), LEAVES + 0 * NARROW_LEAVES);
  return sum;
}

@inline
function second(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 1 * ROWS), LEAVES + 1 * NARROW_LEAVES);
  return sum;
}

@inline
function twoMore(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 2 * ROWS), LEAVES + 2 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 3 * ROWS), LEAVES + 3 * NARROW_LEAVES);
  return sum;
}

@inline
function fourMore(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 4 * ROWS), LEAVES + 4 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 5 * ROWS), LEAVES + 5 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 6 * ROWS), LEAVES + 6 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 7 * ROWS), LEAVES + 7 * NARROW_LEAVES);
  return sum;
}

@inline
function eightMore(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 8 * ROWS), LEAVES + 8 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 9 * ROWS), LEAVES + 9 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 10 * ROWS), LEAVES + 10 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 11 * ROWS), LEAVES + 11 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 12 * ROWS), LEAVES + 12 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 13 * ROWS), LEAVES + 13 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 14 * ROWS), LEAVES + 14 * NARROW_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 15 * ROWS), LEAVES + 15 * NARROW_LEAVES);
  return sum;
}

@inline
function wideFirst(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 0 * ROWS) << 2, LEAVES + 0 * WIDE_LEAVES);
  return sum;
}

@inline
function wideSecond(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 1 * ROWS) << 2, LEAVES + 1 * WIDE_LEAVES);
  return sum;
}

@inline
function wideTwo(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 2 * ROWS) << 2, LEAVES + 2 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 3 * ROWS) << 2, LEAVES + 3 * WIDE_LEAVES);
  return sum;
}

@inline
function wideFour(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 4 * ROWS) << 2, LEAVES + 4 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 5 * ROWS) << 2, LEAVES + 5 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 6 * ROWS) << 2, LEAVES + 6 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 7 * ROWS) << 2, LEAVES + 7 * WIDE_LEAVES);
  return sum;
}

@inline
function wideEight(row: usize, sum: f32): f32 {
  sum += load<f32>(<usize>load<u8>(row, 8 * ROWS) << 2, LEAVES + 8 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 9 * ROWS) << 2, LEAVES + 9 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 10 * ROWS) << 2, LEAVES + 10 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 11 * ROWS) << 2, LEAVES + 11 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 12 * ROWS) << 2, LEAVES + 12 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 13 * ROWS) << 2, LEAVES + 13 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 14 * ROWS) << 2, LEAVES + 14 * WIDE_LEAVES);
  sum += load<f32>(<usize>load<u8>(row, 15 * ROWS) << 2, LEAVES + 15 * WIDE_LEAVES);
  return sum;
}
