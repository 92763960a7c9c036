/**
 * AssemblyScript, compiled to dist/kernels/pool.wasm: margins and derivatives of log-opinion pools
 * (src/ensemble/pool/pool-memory.ts lays out the memory). Every sum is taken in the order of rows, classes and models,
 * whatever the blocks.
 */
import { addProducts, readRow } from './pool/curvature';
import { Pool } from './pool/job';
import { writeMargins } from './pool/margins';

/** Writes the margins of a block's rows. */
export function margins(pointer: usize): void {
  writeMargins(changetype<Pool>(pointer));
}

/** Adds a block's rows, whose probabilities are known, to the gradient and the second derivatives. */
export function derivatives(pointer: usize): void {
  const job = changetype<Pool>(pointer);
  const rows = <usize>job.rows;
  const few = <usize>job.few;
  for (let first: usize = 0; first < rows; first += few) {
    const count = rows - first < few ? rows - first : few;
    for (let slot: usize = 0; slot < count; slot++) readRow(job, first + slot, slot);
    addProducts(job, count * <usize>job.classes);
  }
}

/** Where the record's fields lie, for the library to compare. */
export { pool } from './pool/records';
