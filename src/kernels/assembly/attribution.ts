/**
 * AssemblyScript, compiled to dist/kernels/attribution.wasm: the inner loops of attribution by look-ups (see
 * src/attribution/lookup/*.ts, which lay out the memory and write the programs). Codes are signed bytes, one column
 * after the other; a row meets a condition iff its code < cut. ENGINE: "Exact TreeSHAP as table look-ups".
 */
import { accumulateAll, addGroups, findVectors } from './attribution/accumulate';
import { Job, LANES } from './attribution/job';
import { joinFactors } from './attribution/join';
import { findStates } from './attribution/states';

export { moveSums, widenSums } from './attribution/accumulate';
export { codeColumn } from './attribution/coding';

/** Adds a tree's vectors, which are of all players, at most 24, to the sums of all rows. */
export function attributeTree(pointer: usize): void {
  const job = changetype<Job>(pointer);
  const bytes = <usize>job.width * 16;
  const counts = <usize>(job.units + job.paired + job.factors);
  for (let row: usize = 0; row < <usize>job.rows; row += LANES) {
    findStates(<usize>job.program, counts, <usize>job.codes + row, <usize>job.states);
    const sums = <usize>job.sums + row * bytes;
    accumulateAll(job, sums);
    joinFactors(job, sums);
  }
}

/** Adds a tree's vectors, which are of some groups of four players, to the sums of all rows. */
export function attributeTreeByGroups(pointer: usize): void {
  const job = changetype<Job>(pointer);
  const bytes = <usize>job.width * 16;
  const counts = <usize>(job.units + job.paired + job.factors);
  for (let row: usize = 0; row < <usize>job.rows; row += LANES) {
    findStates(<usize>job.program, counts, <usize>job.codes + row, <usize>job.states);
    let vectors = <usize>job.vectors;
    let state = <usize>job.states;
    const sums = <usize>job.sums + row * bytes;
    for (let unit: u32 = 0; unit < job.units; unit++) {
      const table = <usize>job.tables + <usize>load<u32>(vectors);
      const second = <usize>load<u32>(vectors, 4);
      const groups = <usize>load<u32>(vectors, 8);
      vectors += 12;
      findVectors(state, groups * 16, second, job.offsets);
      for (let group: usize = 0; group < groups; group += 4) {
        addGroups(<i32>min<usize>(4, groups - group), job.offsets, table + group * 16, vectors, sums, bytes);
        vectors += 4 * min<usize>(4, groups - group);
      }
      state += second == 0 ? LANES : 2 * LANES;
    }
    joinFactors(job, sums);
  }
}

/** Where the records' fields lie, for the library to compare. */
export { job, coding, place } from './attribution/records';
