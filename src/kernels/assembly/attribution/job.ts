/** What the kernels of attribution read and write; addresses in bytes. */

/** Rows of one pass: four registers of sixteen byte lanes. */
export const LANES: usize = 64;
/** Passes of a tree's rows in turn where a unit's table is read for all of them: it then stays in the first-level cache. */
export const PASSES: usize = 4;

/** A tree, and what attributeTrees works on; addresses in bytes. src/attribution/lookup/memory.ts writes it. */
@unmanaged
export class Job {
  codes: u32;
  /** rows, rounded up to whole passes */
  rows: u32;
  /** the tree's program, and the number of its units of one table */
  program: u32;
  units: u32;
  /** how many of these, the last ones, have states of two bytes */
  paired: u32;
  /** scratch for the states of PASSES passes, [pass][byte of a unit, then of a factor of a factored unit][lane] */
  states: u32;
  /** 1 where the job before has found them: trees of a round of vector leaves differ in their leaves only (attributeTrees) */
  found: u32;
  /** descriptions of the units' tables: see accumulate.ts and quads.ts */
  vectors: u32;
  tables: u32;
  /** sums in float32, [row][player] in so many registers a row, or (width 0) [block][player][row]; and bytes of a block of PASSES passes */
  sums: u32;
  width: u32;
  blockBytes: u32;
  /** bytes from row to row of a player's sums */
  rowBytes: u32;
  /** number of the factors of all factored units, and from where to where the units are described; see join.ts */
  factors: u32;
  joints: u32;
  jointsEnd: u32;
  /** scratch for joining */
  products: u32;
  /** number of quads of the units of one table; see quads.ts */
  quads: u32;
  /** scratch for where a pass's or block's vectors lie, and for the sums of unused lanes, which are zeros; see quads.ts */
  places: u32;
  spare: u32;
}
