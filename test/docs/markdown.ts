import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A document of this project, by its path from the root. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** README, everything in docs that people read or copy, and the README of reports. */
export function documents(): Document[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|sh|yml)$/.test(name))
    .map((name) => join('docs', name));
  return ['README.md', 'reports/README.md', 'datasets/README.md', ...docs.sort()].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
  }));
}

/** The contents of fenced blocks of a language, in order. */
export function fenced(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\S*)[^\n]*\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);
}

/** Every use of the program in a text, with line ends joined where a backslash goes on: `esci-select rank --budget 2`. */
export function uses(text: string): string[] {
  const joined = text.replace(/\\\n\s*/g, ' ');
  return [...joined.matchAll(/(?:\besci-select|\$esci)((?: +(?:"[^"\n]*"|'[^'\n]*'|[^\s`"'|;&)]+))+)/g)].map(
    ([use]) => use,
  );
}
