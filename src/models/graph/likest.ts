import type { Heard } from './heard.js';

/** Witnesses kept of an end: the likest. */
export const MOST_WITNESSES = 24;
/** Likeness added to every cosine, so that own ties of other words still come first. */
const BASE = 0.1;

/** The likest of the ties that an end hears, as places in its list. */
interface Likest {
  /** the places, by descending score, then node, then the end's own ties, then as they were heard; the first `length` */
  readonly places: Int32Array;
  length: number;
}

/** Chooses the likest, and is used again for the next list. */
export interface Chooser {
  /** `cosines` are those of the list's nodes, none below 0; O(ties + kept ties kept that move) */
  choose(heard: Heard, cosines: Float64Array): Likest;
}

/** A chooser for lists of any length. */
export function createChooser(): Chooser {
  const scores = new Float64Array(MOST_WITNESSES + 1);
  const kept: Likest = { places: new Int32Array(MOST_WITNESSES + 1), length: 0 };
  const { places } = kept;
  return {
    choose(heard, cosines) {
      const { node, via } = heard;
      let length = 0;
      for (let at = 0; at < heard.length; at++) {
        const score = via[at] * (cosines[at] + BASE);
        let place = length;
        // one of equals that was heard earlier stays before
        while (place > 0) {
          const before = scores[place - 1];
          const other = places[place - 1];
          if (before > score) break;
          if (
            before === score &&
            (node[other] < node[at] || (node[other] === node[at] && via[other] >= via[at]))
          )
            break;
          place--;
        }
        if (place === MOST_WITNESSES) continue;
        for (let move = length; move > place; move--) {
          scores[move] = scores[move - 1];
          places[move] = places[move - 1];
        }
        scores[place] = score;
        places[place] = at;
        if (length < MOST_WITNESSES) length++;
      }
      kept.length = length;
      return kept;
    },
  };
}
