import { parseNumber } from '../../io/text/number.js';

/** What stands around the numbers: Python's lists and tuples, numpy's and torch's arrays. */
const AROUND =
  /^\s*(?:(?:np\.|numpy\.|torch\.)?(?:array|tensor)\s*\()?\s*[[(]?\s*([^[\]()]*?)\s*[\])]?\s*(?:,\s*(?:dtype|device|grad_fn)\s*=[^)]*)*\)?\s*$/s;
const MINUS_INFINITY = /^-\s*inf(inity)?$/i;

/**
 * The numbers of a list written as text: `[0.1, 0.2]`, numpy's `[0.1 0.2]`, `(0.1, 0.2)`, `tensor([0.1, 0.2])`, `0.1,0.2`.
 * nan and None become NaN. Null for any other text.
 */
export function parseTextList(text: string): number[] | null {
  const inner = AROUND.exec(text)?.[1];
  if (inner === undefined || inner === '') return null;
  const parts = /[,;]/.test(inner) ? inner.replace(/[,;]\s*$/, '').split(/[,;]/) : inner.split(/\s+/);
  const numbers: number[] = [];
  for (const part of parts) {
    const word = part.trim().replace(/^np\.float\d+$/, '');
    const value = parseNumber(word);
    if (value !== null) numbers.push(value);
    else if (MINUS_INFINITY.test(word)) numbers.push(Number.NEGATIVE_INFINITY);
    else if (/^(nan|none|null)$/i.test(word)) numbers.push(Number.NaN);
    else return null;
  }
  return numbers;
}
