/** What the kernels of attribution read and write; addresses in bytes. */

/** Rows of one pass: four registers of sixteen byte lanes. */
export const LANES: usize = 64;

/** What attributeTree works on; addresses in bytes. src/attribution/lookup/memory.ts writes it. */
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
  /** scratch for the states of a pass, [byte of a unit, then of a factor of a factored unit][lane] */
  states: u32;
  /** per unit: u32 bytes from `tables` to its table, u32 bytes between states of the second byte, u32 count of groups of players, u32 bytes of each in a row of sums */
  vectors: u32;
  tables: u32;
  /** sums [row][player] in float32, and the registers of a row */
  sums: u32;
  width: u32;
  /** number of the factors of all factored units, and from where to where the units are described; see join.ts */
  factors: u32;
  joints: u32;
  jointsEnd: u32;
  /** scratch for joining */
  products: u32;
  /** scratch for where the rows' vectors lie in a table, u32 [lane] */
  offsets: u32;
}
