// Compares two folders byte by byte; used by scripts/check-example.mjs.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Relative paths of the files below a folder, in order. */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/**
 * What differs between two folders, a line per file: missing, not expected, or the first line that differs. Empty where
 * every file has the same bytes.
 */
export function differences(expected, made) {
  const before = filesIn(expected);
  const after = filesIn(made);
  const lines = before.filter((name) => !after.includes(name)).map((name) => `${name}: is no longer made`);
  for (const name of after) {
    if (!before.includes(name)) {
      lines.push(`${name}: is new`);
      continue;
    }
    const [a, b] = [readFileSync(join(expected, name)), readFileSync(join(made, name))];
    if (!a.equals(b)) lines.push(`${name}: ${firstDifference(a.toString('utf8'), b.toString('utf8'))}`);
  }
  return lines;
}

function firstDifference(expected, made) {
  const [before, after] = [expected.split('\n'), made.split('\n')];
  const at = before.findIndex((line, index) => line !== after[index]);
  const line = at < 0 ? before.length : at;
  const shown = (lines) =>
    line < lines.length ? `'${around(lines[line], before[line], after[line])}'` : 'nothing';
  return `line ${line + 1} is ${shown(after)}, expected ${shown(before)}`;
}

/** Some characters around the first one that differs: lines of a page can be long. */
function around(text, a = '', b = '') {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const start = Math.max(0, at - 30);
  return `${start > 0 ? '…' : ''}${text.slice(start, at + 50)}${text.length > at + 50 ? '…' : ''}`;
}
