import { stripVTControlCharacters } from 'node:util';

/** Characters that take two places of a terminal. */
const DOUBLE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60]/u;
/** Characters that take none. */
const NONE = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** How many places of a terminal a text on one line takes, colours aside. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (NONE.test(character)) continue;
    width += character > '\u02ff' && DOUBLE.test(character) ? 2 : 1;
  }
  return width;
}

/** The widest word of a text. */
export function widestWord(text: string): number {
  return Math.max(0, ...text.split(' ').map(displayWidth));
}

/**
 * Lines of at most `width` places, broken between words only: a word that is wider stands on a line of its own. Lines after
 * the first begin with `hang`.
 */
export function wrapWords(text: string, width: number, hang = ''): string[] {
  if (displayWidth(text) <= width) return [text];
  const indent = /^ */.exec(text)![0];
  const lines: string[] = [];
  let line = indent;
  let isEmpty = true;
  for (const word of text.slice(indent.length).split(/ +/)) {
    const next = isEmpty ? `${line}${word}` : `${line} ${word}`;
    if (!isEmpty && displayWidth(next) > width) {
      lines.push(line);
      line = `${hang}${word}`;
    } else {
      line = next;
    }
    isEmpty = false;
  }
  return [...lines, line];
}

/** A command to copy: `  $ esci-select ...`. */
const COMMAND = /^ *\$ /;

/**
 * A text for a screen of so many columns: long lines are broken between words, those of a list item stand under its text, and
 * a command goes on behind a backslash, so that it can still be copied.
 */
export function fitText(text: string, width: number): string {
  if (!Number.isFinite(width)) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      if (displayWidth(line) <= width) return [line];
      if (COMMAND.test(line)) {
        const lines = wrapWords(line, width - 2, `${/^ */.exec(line)![0]}    `);
        return lines.map((part, at) => (at < lines.length - 1 ? `${part} \\` : part));
      }
      const plain = stripVTControlCharacters(line); // 'hint:' may be coloured
      const hang = ' '.repeat(/^ *(?:- |[a-z]+: (?=\S))?/.exec(plain)![0].length);
      return wrapWords(line, width, hang.length > width / 4 ? '' : hang);
    })
    .join('\n');
}
