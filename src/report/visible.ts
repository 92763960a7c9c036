/** Characters that hide or reorder what a reader sees: controls, bidirectional formatting, zero-width, line separators. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu;

/** Text on one line in which every character that could hide or reorder others is written out, e.g. `[U+202E]`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\n' || character === '\t') return ' ';
    return `[U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
