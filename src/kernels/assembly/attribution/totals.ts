/** Totals, which lie class by class, as callers have them: side by side for each row and player. */

/** Rows whose totals share a cache line where a player's lie side by side. */
const TILE: usize = 8;

/** What gatherTotals works on; addresses and steps in bytes. src/attribution/lookup/totals.ts writes it. */
@unmanaged
export class Gathering {
  /** f64, and from class to class, player to player and row to row */
  totals: u32;
  classBytes: u32;
  playerBytes: u32;
  rowBytes: u32;
  classes: u32;
  players: u32;
  rows: u32;
  /** f64 [row][player][class] */
  to: u32;
}

/** Copies the totals of some rows. */
export function gatherTotals(pointer: usize): void {
  const job = changetype<Gathering>(pointer);
  const step: usize = 8 * <usize>job.classes;
  const bytes = step * <usize>job.players;
  let from = <usize>job.totals;
  let to = <usize>job.to;
  const end = to + bytes * <usize>job.rows;
  for (; to < end; to += TILE * bytes, from += TILE * <usize>job.rowBytes) {
    const last = min(end, to + TILE * bytes);
    let player = from;
    for (let first = to; first < to + bytes; first += step, player += <usize>job.playerBytes) {
      let row = player;
      for (let at = first; at < last; at += bytes, row += <usize>job.rowBytes) {
        let total = row;
        for (let value = at; value < at + step; value += 8, total += <usize>job.classBytes) {
          store<f64>(value, load<f64>(total));
        }
      }
    }
  }
}
