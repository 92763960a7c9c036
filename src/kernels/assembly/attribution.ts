/**
 * AssemblyScript, compiled to dist/kernels/attribution.wasm: the inner loops of attribution by look-ups (see
 * src/attribution/lookup/*.ts, which lay out the memory and write the programs). Codes are signed bytes, one column
 * after the other; a row meets a condition iff its code < cut. ENGINE: "Exact TreeSHAP as table look-ups".
 */
import { accumulateRows } from './attribution/accumulate';
import { Job, LANES, PASSES } from './attribution/job';
import { joinFactors } from './attribution/join';
import { accumulateQuads } from './attribution/quads';
import { findPlaces } from './attribution/places';
import { findStates } from './attribution/states';

export { widenFirst, widenSums } from './attribution/accumulate';
export { codeColumns } from './attribution/coding';
export { gatherTotals } from './attribution/totals';

/** Adds some trees' vectors to the sums of all rows, block by block. */
export function attributeTrees(pointer: usize, count: usize): void {
  const rows = <usize>changetype<Job>(pointer).rows;
  const end = pointer + count * offsetof<Job>();
  for (let row: usize = 0, block: usize = 0; row < rows; row += PASSES * LANES, block++) {
    const passes = min(PASSES, (rows - row) / LANES);
    for (let at = pointer; at < end; at += offsetof<Job>()) addTree(changetype<Job>(at), block, passes);
  }
}

/** Adds one tree's to the sums of a block of so many passes. */
function addTree(job: Job, block: usize, passes: usize): void {
  const bytes = bytesOfState(job);
  const step = bytes * LANES;
  const codes = <usize>job.codes + block * PASSES * LANES;
  const states = <usize>job.states;
  const sums = <usize>job.sums + block * <usize>job.blockBytes;
  if (job.found == 0) {
    for (let pass: usize = 0; pass < passes; pass++) {
      findStates(<usize>job.program, bytes, codes + pass * LANES, states + pass * step);
      findPlaces(job, states + pass * step, <usize>job.places + 2 * LANES * pass);
    }
  }
  if (job.width > 0) accumulateRows(job, sums, passes * LANES);
  else accumulateQuads(job, sums, passes * LANES);
  for (let pass: usize = 0; pass < passes; pass++) {
    joinFactors(job, states + pass * step, sums + pass * LANES * <usize>job.rowBytes);
  }
}

/** Bytes of a row's state in all units and factors. */
function bytesOfState(job: Job): usize {
  return <usize>(job.units + job.paired + job.factors);
}

/** Where the records' fields lie, for the library to compare. */
export { job, coding, gathering, place } from './attribution/records';
