import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { makeTask } from '../pipeline/task.js';
import { claimsOf, readExamples, runnable } from './examples.js';

/** Examples that others go on from, in the order in which a user would run them. */
const FIRST = [
  'train',
  'rank',
  'report',
  'compare',
  'trial',
  'explain',
  'exportBundle',
  'predict',
  'openServable',
];
const all = readExamples();
const ordered = [
  ...FIRST.map((name) => all.find((example) => example.name === name)!),
  ...all.filter(({ name }) => !FIRST.includes(name)),
];

/** Where examples run: judgements.csv, the predictions of three models, and those of a newcomer. */
const task = makeTask({ queries: 60 });
afterAll(() => rmSync(task.folder, { recursive: true }));
mkdirSync(join(task.folder, 'newcomer'));
cpSync(join(task.predictions, 'second.csv'), join(task.folder, 'newcomer/third.csv'));

/** Runs all examples, each a module, in one process: name to the values of its claims, as Node prints them. */
function runAll(): Map<string, string[]> {
  const built = new URL('../../dist/index.js', import.meta.url).href;
  const modules = ordered.map(({ name, program }) => {
    const text = `const claim = (value) => globalThis.told(${JSON.stringify(name)}, value);\n`;
    writeFileSync(join(task.folder, `${name}.mjs`), text + runnable(program ?? '', built));
    return `await import('./${name}.mjs');`;
  });
  const head = `import { inspect } from 'node:util';
const values = [];
globalThis.told = (name, value) => values.push([name, inspect(value, { breakLength: Infinity, depth: 9 })]);`;
  const last = 'process.stdout.write(JSON.stringify(values));';
  writeFileSync(join(task.folder, 'all.mjs'), [head, ...modules, last].join('\n'));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['all.mjs'], {
    cwd: task.folder,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  const found = new Map<string, string[]>();
  for (const [name, value] of JSON.parse(stdout) as [string, string][]) {
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return found;
}

describe('the examples in doc comments', () => {
  it('stand on every exported value, each with a result', () => {
    expect(all.length).toBeGreaterThan(30);
    expect(all.filter(({ program }) => claimsOf(program ?? '').length === 0).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('give the results that they name', () => {
    const made = runAll();
    const wrong = ordered.flatMap(({ name, program }) => {
      const claimed = claimsOf(program ?? '');
      const values = made.get(name) ?? [];
      return isDeepStrictEqual(claimed, values) ? [] : [{ name, claimed, values }];
    });
    expect(wrong).toEqual([]);
  }, 300_000);
});
