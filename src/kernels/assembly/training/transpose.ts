import { TransposeJob } from './job';

/** Copies codes [position][column], which lie where those by column will, to [position][place]. O(positions columns). */
export function gather(job: TransposeJob): void {
  const columns = job.columns;
  const columnAt = job.columnAt;
  let source = <usize>job.columnCodes + <usize>job.from * columns;
  let target = <usize>job.rowCodes + <usize>job.from * job.stride;
  for (let position = job.from; position < job.to; position++) {
    for (let place: u32 = 0; place < columns; place++) {
      store<u8>(target + place, load<u8>(source + load<u32>(<usize>columnAt + (place << 2))));
    }
    source += columns;
    target += job.stride;
  }
}

/** Copies codes [position][column] to [column][position], sixteen by sixteen. O(positions columns). */
export function transpose(job: TransposeJob): void {
  for (let column: u32 = 0; column < job.columns; column += 16) {
    const columns = min<u32>(16, job.columns - column);
    for (let position = job.from; position < job.to; position += 16) {
      const source = <usize>job.rowCodes + <usize>position * job.stride + column;
      const target = <usize>job.columnCodes + <usize>column * job.columnStride + position;
      transposeSquare(source, job.stride, target, job.columnStride, columns);
    }
  }
}

/** Sixteen rows of sixteen bytes to the first `rows` rows of what they are by columns. */
function transposeSquare(source: usize, step: usize, target: usize, targetStep: usize, rows: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    let at = source + row;
    let low: u64 = 0;
    let high: u64 = 0;
    for (let byte: u64 = 0; byte < 64; byte += 8) {
      low |= (<u64>load<u8>(at)) << byte;
      high |= (<u64>load<u8>(at + (step << 3))) << byte;
      at += step;
    }
    store<u64>(target, low);
    store<u64>(target, high, 8);
    target += targetStep;
  }
}
