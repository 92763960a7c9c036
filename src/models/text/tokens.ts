/** A stretch of letters and digits of one kind; `spaceless` scripts (Chinese, Japanese, Thai) do not mark words. */
export interface Token {
  readonly text: string;
  readonly spaceless: boolean;
}

/**
 * Text as it is compared: compatibility forms unified (full-width letters, ligatures), lower case, Latin accents
 * dropped. Japanese voicing marks stay: they distinguish words.
 */
export function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

const TOKEN =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー々]+)|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー々])[\p{L}\p{M}\p{N}])+/gu;

/** Tokens of normalised text, in order. O(length). */
export function tokenise(normalised: string): Token[] {
  const tokens: Token[] = [];
  for (const match of normalised.matchAll(TOKEN)) {
    tokens.push({ text: match[0], spaceless: match[1] !== undefined });
  }
  return tokens;
}

/** Tells letter groups from words of the same letters when they are hashed. */
export const GRAM_SALT = 0x9e3779b9;

/** Words in order: tokens as they are, and the overlapping character pairs of tokens in scripts without spaces. */
export function wordsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => (token.spaceless ? characterGrams(token.text, 2) : [token.text]));
}

/** Overlapping n-grams of characters (code points); the text itself where it is shorter. */
export function characterGrams(text: string, size: number): string[] {
  const characters = [...text];
  if (characters.length <= size) return [text];
  return characters
    .slice(0, characters.length - size + 1)
    .map((_, at) => characters.slice(at, at + size).join(''));
}

/**
 * Parts of words that survive misspelling and inflection: character 3-grams of `<word>` with its borders, and single
 * characters of scripts without spaces (whose pairs are words already).
 */
export function subwordsOf(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) =>
    token.spaceless ? [...token.text] : characterGrams(`<${token.text}>`, 3),
  );
}
