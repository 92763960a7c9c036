/** Negations that stand before what they deny (us, es). */
const BEFORE = new Set(['without', 'not', 'no', 'non', 'sin', 'except', 'excepto', 'ni']);
/** Negations that stand after what they deny: `sugar free`, `ふちなし`. */
const AFTER = new Set(['free', 'less', 'なし', '無し', 'ナシ', '不使用', '不要', '抜き', '以外']);
/** Free of, as in `libre de gluten`, which without the second word denies nothing. */
const LIBRE = 'libre';
const FREE_OF = 'de';
/** Words between a negation and what it denies. */
const BETWEEN = new Set(
  'a an any the el la los las un una de nada tenga lleva lleve incluye incluya contiene contenga of'.split(
    ' ',
  ),
);
/** Words that end what a negation denies. */
const ENDS = new Set('with for and or includes con para y o incluye'.split(' '));
/** What a negation denies has so many words at most: `no charging box`. */
const SPAN = 2;

/**
 * For each word of a text (units, in order) how surely the text denies it: 0 not, 1 the word right beside a negation, or
 * a share of that for the second one, because it may belong to something else. O(words).
 */
export function denials(words: readonly string[]): Float32Array {
  const denied = new Float32Array(words.length);
  const deny = (at: number, value: number) => {
    denied[at] = Math.max(denied[at], value);
  };
  for (let at = 0; at < words.length; at++) {
    const before = BEFORE.has(words[at]) || (words[at] === LIBRE && words[at + 1] === FREE_OF);
    if (before) {
      let next = at + 1;
      while (next < words.length && BETWEEN.has(words[next])) next++;
      for (let step = 0; step < SPAN && next + step < words.length; step++) {
        if (ENDS.has(words[next + step])) break;
        deny(next + step, step === 0 ? SURE : LIKELY);
      }
    }
    if (!AFTER.has(words[at])) continue;
    for (let step = 1; step <= SPAN && at - step >= 0; step++) {
      if (ENDS.has(words[at - step]) || AFTER.has(words[at - step])) break;
      deny(at - step, step === 1 ? SURE : LIKELY);
    }
  }
  return denied;
}

/** The word right beside a negation. */
export const SURE = 1;
/** The second word from it. */
export const LIKELY = 0.5;

/** Whether a word is a negation itself. */
function isNegation(word: string): boolean {
  return BEFORE.has(word) || AFTER.has(word);
}

/** Whether a word stands between others without meaning of its own where something is denied. */
export function isFiller(word: string): boolean {
  return isNegation(word) || BETWEEN.has(word) || ENDS.has(word);
}
