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
  /** scratch: u16 [state] which slots are satisfied; f64 [mask]; f64 [slot][mask] */
  masks: u32;
  products: u32;
  slopes: u32;
  /** f64 [mask][player] of the leaf, f64 [state][player] of the unit */
  vectors: u32;
  sums: u32;
}
