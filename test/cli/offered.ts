import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { BIN, esciSelect } from './spawn.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** Whether a shell is there to be run. */
export const has = (shell: Shell): boolean => spawnSync(shell, ['--version']).status === 0;

/** The completion script of a shell. */
export const script = (shell: Shell): string => esciSelect('completion', shell).stdout;

/**
 * What a shell offers for each line, the cursor being at its end; words as they are meant, in the order of the alphabet. The
 * script is that of the program, or zsh finds it in a folder of functions.
 */
export function offered(shell: Shell, cwd: string, lines: readonly string[], functions?: string): string[][] {
  const place = mkdtempSync(join(tmpdir(), 'esci-shell-'));
  try {
    const bin = join(place, 'bin');
    mkdirSync(bin);
    const program = join(bin, 'esci-select');
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
    chmodSync(program, 0o755);
    const completion = functions ?? join(place, 'script');
    if (functions === undefined) writeFileSync(completion, script(shell));
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: place };
    return ASK[shell]({ script: completion, offers: join(place, 'offers') }, { cwd, env }, lines);
  } finally {
    rmSync(place, { recursive: true });
  }
}

interface Where {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}
type Ask = (
  files: { readonly script: string; readonly offers: string },
  where: Where,
  lines: readonly string[],
) => string[][];

const ASK: Readonly<Record<Shell, Ask>> = {
  bash({ script }, where, lines) {
    const ask = lines.map((line) => {
      const words = wordsOf(line).map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _esci_select; printf '%s\\n' "\${COMPREPLY[@]}" '=='`;
    });
    const text = [`source '${script}'`, ...ask].join('\n');
    return parts(run('bash', ['--norc', '-c', text], where));
  },
  zsh({ script, offers }, where, lines) {
    run('zsh', ['-f', join(import.meta.dirname, 'offered.zsh'), script, offers, ...lines], where);
    // zsh offers the words as they are to be typed
    return parts(readFileSync(offers, 'utf8').replace(/\\(.)/g, '$1'));
  },
  fish({ script }, where, lines) {
    const ask = `source '${script}'; for line in $argv; complete --do-complete $line; echo ==; end`;
    const said = run('fish', ['--no-config', '-c', ask, '--', ...lines], where);
    return parts(said.replace(/\t.*$/gm, '').replace(/\/$/gm, '')); // without descriptions
  },
};

/** Words of a line, in which only whole words are quoted. */
function wordsOf(line: string): string[] {
  return line.split(/ (?=(?:[^']*'[^']*')*[^']*$)/).map((word) => word.replace(/^'(.*)'$/, '$1'));
}

function run(program: string, args: readonly string[], where: Where): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...where,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

function parts(text: string): string[][] {
  const all = text.split('==\n').slice(0, -1);
  return all.map((part) => [...new Set(part.split('\n').filter((word) => word !== ''))].sort());
}
