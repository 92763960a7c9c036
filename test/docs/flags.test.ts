import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { parseGatesFile } from '../../src/report/gates/file.js';
import { documents, ROOT, uses } from './markdown.js';

const commands = commandPaths(buildProgram(new AbortController().signal));
const flagsOf = ({ command }: (typeof commands)[number]) => [
  ...command.options.map(({ long }) => long!),
  '--help',
];
const everyFlag = new Set(['--version', ...commands.flatMap(flagsOf)]);

/** Flags of other programs that the documents name. */
const FOREIGN =
  /^--(?:archives|model|points|python|rows|peer-rows|repeats|load-only|no-save|no-audit|no-fund|no-install|save-dev|task|ignore-scripts)$/;

/** The flags in a text that are not part of a longer word. */
function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g)].map(([flag]) => flag);
}

describe('the documents', () => {
  it.each(documents())('$path names only flags that exist, each with a command that has it', ({ text }) => {
    for (const use of uses(text)) {
      const words = use.replace(/^\S+\s+/, '').split(/\s+/);
      const named = commands.filter(({ path }) => `${words.join(' ')} `.startsWith(`${path} `));
      if (named.length === 0) continue; // esci-select in a sentence
      expect(flagsOf(named[0]), use).toEqual(expect.arrayContaining(flagsIn(use)));
    }
    const unknown = flagsIn(text).filter((flag) => !everyFlag.has(flag) && !FOREIGN.test(flag));
    expect(unknown).toEqual([]);
  });

  it('name every command and every flag in the reference, which is what the program generates', () => {
    const script = join(ROOT, 'scripts/reference.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const reference = readFileSync(join(ROOT, 'docs/reference.md'), 'utf8');
    expect(reference, 'docs/reference.md is old: npm run docs:reference').toBe(stdout);
    for (const { path, command } of commands) {
      expect(reference).toContain(`\n## ${path}\n`);
      for (const { flags } of command.options) expect(reference).toContain(`- \`${flags}\`: `);
    }
  });

  it('link to files that are there', () => {
    for (const { path, text } of documents()) {
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);
      for (const link of links.filter((target) => !/^[a-z]+:/.test(target))) {
        expect(existsSync(join(ROOT, dirname(path), link)), `${path}: ${link}`).toBe(true);
      }
    }
  });

  it('hold a gates file that can be read', () => {
    const text = readFileSync(join(ROOT, 'docs/ci/gates.json'), 'utf8');
    expect(parseGatesFile(text, 'gates.json').map(({ kind }) => kind)).toContain('significantly worse');
  });
});
