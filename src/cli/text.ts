/** Text safe to print: without control, bidirectional-override and line-separating characters. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** At most `length` characters, with an ellipsis where something was cut. */
export function clipped(text: string, length: number): string {
  const characters = [...plain(text)];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}
