import type { Random } from '../../math/random.js';

const DIGITS = '23456789BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 7;

/** A maker of codes of seven characters (no vowels, no 0 or 1), no two alike. */
export function distinctCodes(random: Random): () => string {
  const taken = new Set<string>();
  return () => {
    for (;;) {
      let code = '';
      while (code.length < LENGTH) code += DIGITS[random.integer(DIGITS.length)];
      if (taken.has(code)) continue;
      taken.add(code);
      return code;
    }
  };
}
