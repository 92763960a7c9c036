import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.js';

const built = existsSync(join(ROOT, 'dist/cli/main.js'));
const folder = mkdtempSync(join(tmpdir(), 'esci-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with `esci-select` in it, as a shell finds it. */
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(
  join(bin, 'esci-select'),
  `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/esci-select.js')}" "$@"\n`,
);
chmodSync(join(bin, 'esci-select'), 0o755);

const cases = readdirSync(join(ROOT, 'docs/cases')).filter((name) => name.endsWith('.md'));

/** Fenced blocks of a page in order, each with its language. */
function blocksOf(text: string): { language: string; body: string }[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, body]) => ({ language, body }));
}

/** What a script prints, in a folder that has `docs` beside it as a clone does. */
function shell(cwd: string, script: string): string {
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], { cwd, encoding: 'utf8', env });
  expect([status, status === 0 ? '' : stderr], script).toEqual([0, '']);
  return stdout;
}

describe.skipIf(!built || process.platform === 'win32')(
  'the worked cases (need the build and a shell)',
  { timeout: 240_000 },
  () => {
    it('are three', () => {
      expect(cases).toEqual(['ci.md', 'latency-budget.md', 'own-models.md']);
    });

    it.each(cases)('%s prints what it says', (name) => {
      const text = readFileSync(join(ROOT, 'docs/cases', name), 'utf8');
      const cwd = join(folder, name);
      mkdirSync(cwd);
      symlinkSync(join(ROOT, 'docs'), join(cwd, 'docs'));
      let printed = '';
      let compared = 0;
      for (const { language, body } of blocksOf(text)) {
        if (language === 'js') writeFileSync(join(cwd, /in `([\w.]+)`/.exec(text)![1]), body);
        if (language === 'sh') printed = shell(cwd, body);
        if (language !== 'text') continue;
        for (const line of body.trimEnd().split('\n')) {
          expect(printed).toContain(line.trimEnd());
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(2);
    });
  },
);
