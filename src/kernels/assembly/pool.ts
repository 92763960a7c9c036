/**
 * AssemblyScript, compiled to dist/kernels/pool.wasm: loss and derivatives of log-opinion pools
 * (src/ensemble/pool/pool-memory.ts lays out the memory). Every sum is taken in the order of rows, classes and models,
 * whatever the blocks.
 */
import { addProducts, addSlopes, readRow } from './pool/curvature';
import { Pool } from './pool/job';
import { writeMargins } from './pool/margins';
import { writeShares } from './pool/shares';

/** The loss of a block's rows: the sum of weight times log-loss. */
export function loss(pointer: usize): f64 {
  const job = changetype<Pool>(pointer);
  writeMargins(job);
  return writeShares(job);
}

/** The same, and adds the rows to the gradient. */
export function slopes(pointer: usize): f64 {
  const job = changetype<Pool>(pointer);
  writeMargins(job);
  const sum = writeShares(job);
  for (let row: usize = 0; row < <usize>job.rows; row++) addSlopes(job, row);
  return sum;
}

/** The same, and adds the rows to the second derivatives too. */
export function derivatives(pointer: usize): f64 {
  const job = changetype<Pool>(pointer);
  writeMargins(job);
  const sum = writeShares(job);
  const rows = <usize>job.rows;
  const few = <usize>job.few;
  for (let first: usize = 0; first < rows; first += few) {
    const count = rows - first < few ? rows - first : few;
    for (let slot: usize = 0; slot < count; slot++) {
      addSlopes(job, first + slot);
      readRow(job, first + slot, slot);
    }
    addProducts(job, count * <usize>job.classes);
  }
  return sum;
}

/** Where the record's fields lie, for the library to compare. */
export { pool } from './pool/records';
