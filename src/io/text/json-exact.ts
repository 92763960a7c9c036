/** Marks an integer that a double cannot hold; no JSON text of a user's would start so. */
const MARK = '\u0000esci-select integer:';
const MAYBE_LARGE = /\d{16}/;
/** a string, which is passed over, or an integer of 16 digits or more with what follows it */
const STRING_OR_LARGE = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** As JSON.parse, but integers beyond 2^53 become bigint, so that ids keep every digit. Throws SyntaxError. */
export function parseExact(text: string): unknown {
  if (!MAYBE_LARGE.test(text)) return JSON.parse(text);
  const marked = text.replace(STRING_OR_LARGE, (token, at: number) =>
    token.startsWith('"') || isInsideNumber(text, at) ? token : JSON.stringify(MARK + token),
  );
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    const exact = BigInt(value.slice(MARK.length));
    const double = Number(exact);
    return Number.isSafeInteger(double) ? double : exact;
  });
}

/** Whether the digits at `at` only continue a number, as the fraction of 0.1234567890123456 does. */
function isInsideNumber(text: string, at: number): boolean {
  return at > 0 && /[\d.eE+-]/.test(text[at - 1]);
}

/** Whether lists and objects in a JSON text are nested deeper than so many levels. O(characters). */
export function isDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      if (++depth > levels) return true;
    } else if (character === ']' || character === '}') depth--;
  }
  return false;
}
