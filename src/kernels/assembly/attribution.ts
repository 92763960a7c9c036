/**
 * AssemblyScript, compiled to dist/kernels/attribution.wasm: the inner loops of attribution by look-ups (see
 * src/attribution/lookup/*.ts, which lay out the memory and write the programs). Codes are signed bytes, one column
 * after the other; a row meets a condition iff its code < cut. ENGINE: "Exact TreeSHAP as table look-ups".
 */
import { accumulateAll } from './attribution/accumulate';
import { Job, LANES, PASSES } from './attribution/job';
import { joinFactors } from './attribution/join';
import { accumulatePlayers } from './attribution/players';
import { findStates } from './attribution/states';

export { moveSums, widenSums } from './attribution/accumulate';
export { codeColumn } from './attribution/coding';

/** Adds some trees' vectors, which are of all players, to the sums of all rows, [row][player]. */
export function attributeTrees(pointer: usize, count: usize): void {
  const first = changetype<Job>(pointer);
  const end = pointer + count * offsetof<Job>();
  for (let row: usize = 0; row < <usize>first.rows; row += LANES) {
    for (let at = pointer; at < end; at += offsetof<Job>()) {
      const job = changetype<Job>(at);
      const sums = <usize>job.sums + row * <usize>job.rowBytes;
      if (job.found == 0) findStates(<usize>job.program, bytesOfState(job), <usize>job.codes + row, <usize>job.states);
      accumulateAll(job, sums);
      joinFactors(job, <usize>job.states, sums);
    }
  }
}

/** Adds some trees' vectors, which are of each unit's own players, to the sums of all rows, [pass][player][row]. */
export function attributeTreesByPlayers(pointer: usize, count: usize): void {
  const rows = <usize>changetype<Job>(pointer).rows;
  const end = pointer + count * offsetof<Job>();
  for (let row: usize = 0; row < rows; row += PASSES * LANES) {
    const passes = min(PASSES, (rows - row) / LANES);
    for (let at = pointer; at < end; at += offsetof<Job>()) addByPlayers(changetype<Job>(at), row, passes);
  }
}

/** Adds one tree's to the sums of some passes. */
function addByPlayers(job: Job, row: usize, passes: usize): void {
  const bytes = bytesOfState(job);
  const step = bytes * LANES;
  const codes = <usize>job.codes + row;
  const sums = <usize>job.sums + (row / LANES) * <usize>job.passBytes;
  for (let pass: usize = 0; pass < passes; pass++) {
    findStates(<usize>job.program, bytes, codes + pass * LANES, <usize>job.states + pass * step);
  }
  accumulatePlayers(job, sums, passes, step);
  for (let pass: usize = 0; pass < passes; pass++) {
    joinFactors(job, <usize>job.states + pass * step, sums + pass * <usize>job.passBytes);
  }
}

/** Bytes of a row's state in all units and factors. */
function bytesOfState(job: Job): usize {
  return <usize>(job.units + job.paired + job.factors);
}

/** Where the records' fields lie, for the library to compare. */
export { job, coding, place } from './attribution/records';
