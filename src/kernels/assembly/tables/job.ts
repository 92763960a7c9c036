/** Leaves that are added to the sums at once. */
export const LEAVES: u32 = 8;

/** What the kernels of tables read and write; addresses in bytes. src/attribution/lookup/table-memory.ts writes it. */
@unmanaged
export class Unit {
  /** the leaf's value */
  value: f64;
  /** players of the unit, float64 of a vector (players, rounded up to two) and states */
  players: u32;
  width: u32;
  states: u32;
  /** players on the leaf's way: u32 place of each among the unit's, and f64 share z */
  slots: u32;
  slotPlaces: u32;
  shares: u32;
  /** the quadrature rule: f64 nodes, then weights */
  points: u32;
  nodes: u32;
  weights: u32;
  /** u32 states of each player of the unit; then u16 of each of its states: what it adds to a mask */
  radices: u32;
  bits: u32;
  /** scratch: u16 [leaf][state] which slots are satisfied; f64 [mask]; f64 [slot][mask] */
  masks: u32;
  products: u32;
  slopes: u32;
  /** f64 [leaf][mask][player], and f64 [state][player] of the unit */
  vectors: u32;
  sums: u32;
  /** leaves that are not in the sums yet, up to LEAVES, and whether others are */
  leaves: u32;
  begun: u32;
  /** bytes from leaf to leaf of masks and of vectors */
  maskBytes: u32;
  vectorBytes: u32;
}
