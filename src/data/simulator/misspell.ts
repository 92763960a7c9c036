import type { Random } from '../../math/random.js';

/**
 * A text with one slip of the finger in it: two letters swapped, one left out, or one doubled; never the first. Texts of
 * fewer than four characters stay as they are. Works on code points.
 */
export function misspell(text: string, random: Random): string {
  const letters = [...text];
  if (letters.length < 4) return text;
  const at = 1 + random.integer(letters.length - 2);
  const kind = random.integer(3);
  if (letters[at] === ' ' || letters[at + 1] === ' ') letters.splice(at, 1);
  else if (kind === 0) [letters[at], letters[at + 1]] = [letters[at + 1], letters[at]];
  else if (kind === 1) letters.splice(at, 1);
  else letters.splice(at, 0, letters[at]);
  return letters.join('');
}
