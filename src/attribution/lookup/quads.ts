import type { Unit } from './unit.js';

/** Players whose values of a unit's state lie in one register. */
const LANES = 4;

/** Four players, or fewer, whose values some of a tree's units hold in one register. */
interface Quad {
  readonly players: readonly number[];
  /** by their places, the units and which of the unit's registers it is */
  readonly refs: readonly { readonly unit: number; readonly register: number }[];
}

/** How the vectors of some units are divided into registers. */
export interface QuadLayout {
  readonly quads: readonly Quad[];
  /** [unit][own player] its register times four, and the lane in it */
  readonly places: readonly (readonly number[])[];
}

interface OpenQuad {
  readonly players: number[];
  readonly refs: { unit: number; register: number }[];
}

/**
 * Divides the units' vectors into as few registers as each needs, ceil(players / 4), of the same players as other units'
 * registers where that can be: units of a tree have the players of their path in common, and what they add to the same four
 * players can be added up before it goes to those players' sums. Greedy: units with the fewest lanes to spare choose first; each
 * takes the quad of most of its players, then fills up what is left. O(units * quads).
 */
export function layQuads(units: readonly Pick<Unit, 'players'>[]): QuadLayout {
  const own = units.map(({ players }) => players.map(({ player }) => player));
  const common = countAll(own);
  const quads: OpenQuad[] = [];
  const places = own.map((players) => players.map(() => 0));
  const spare = (at: number) => -own[at].length & (LANES - 1);
  const order = own.map((_, at) => at).sort((a, b) => spare(a) - spare(b) || a - b);
  for (const unit of order) {
    let left = own[unit];
    const registers = Math.ceil(left.length / LANES);
    for (let register = 0; register < registers; register++) {
      const quad = fitting(quads, left, LANES * (registers - register - 1)) ?? openQuad(quads, left, common);
      left = left.filter((player) => {
        let lane = quad.players.indexOf(player);
        if (lane < 0) {
          if (quad.players.length === LANES) return true;
          lane = quad.players.push(player) - 1;
        }
        places[unit][own[unit].indexOf(player)] = LANES * register + lane;
        return false;
      });
      quad.refs.push({ unit, register });
    }
  }
  return { quads, places };
}

/** How many units have each player. */
function countAll(own: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const players of own) {
    for (const player of players) counts.set(player, (counts.get(player) ?? 0) + 1);
  }
  return counts;
}

/**
 * The quad that has most of these players, or can be given them, so that at most `rest` are left; null if there is none that has
 * one, or can be given all.
 */
function fitting(quads: readonly OpenQuad[], left: readonly number[], rest: number): OpenQuad | null {
  let best: OpenQuad | null = null;
  let most = 0;
  for (const quad of quads) {
    let has = 0;
    for (const player of left) if (quad.players.includes(player)) has++;
    const taken = Math.min(left.length, has + LANES - quad.players.length);
    if (left.length - taken > rest || (has === 0 && taken < left.length)) continue;
    // one that it has is worth more than any it can be given
    const worth = LANES * has + taken;
    if (worth > most) {
      most = worth;
      best = quad;
    }
  }
  return best;
}

/** A new quad, of those of the players that most units have. */
function openQuad(quads: OpenQuad[], left: readonly number[], common: ReadonlyMap<number, number>): OpenQuad {
  const players = [...left].sort((a, b) => common.get(b)! - common.get(a)! || a - b).slice(0, LANES);
  const quad = { players, refs: [] };
  quads.push(quad);
  return quad;
}
