import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.js';

/** A promise of docs/reliability.md and the tests that keep it. */
interface Promised {
  readonly number: number;
  readonly how: string;
  readonly tests: readonly { readonly file: string; readonly titles: readonly string[] }[];
}

/** Numbers without a test, and why. */
const WITHOUT = new Map([[51, 'does not apply until a YAML file is read']]);

const text = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8');
const rows: Promised[] = [...text.matchAll(/^\| (\d+) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, number, , how]) => ({
    number: Number(number),
    how,
    tests: [...how.matchAll(/`(test\/[^`]+)` ((?:"[^"]+"(?:, )?)+)/g)].map(([, file, titles]) => ({
      file,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title]) => title),
    })),
  }),
);

describe('docs/reliability.md', () => {
  it('has every number once, in order', () => {
    expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 53 }, (_, at) => at + 1));
  });

  it.each(rows)('names tests of $number that are there', ({ number, how, tests }) => {
    const reason = WITHOUT.get(number);
    if (reason !== undefined) {
      expect(how).toContain(reason);
      expect(tests).toEqual([]);
      return;
    }
    expect(tests.length).toBeGreaterThan(0);
    for (const { file, titles } of tests) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      const source = readFileSync(join(ROOT, file), 'utf8');
      expect(
        titles.filter((title) => !source.includes(title)),
        file,
      ).toEqual([]);
    }
  });

  it('says of every test file of this folder what it is for', () => {
    const named = new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)));
    for (const file of ['output.slow', 'process.slow', 'cases'])
      expect(named).toContain(`test/reliability/${file}.test.ts`);
  });
});
