import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { printError } from '../../src/cli/output.js';
import { EsciSelectError } from '../../src/errors.js';
import { costValues } from '../../src/selection/costs.js';
import { esciSelect } from './in-process.js';

/** What once confused people (UX, "Wrong or confusing today"), a line each. */
describe('what once confused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esci-confusions-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([[[]], [['data']]])(
    'esci-select %j, given nothing to do, shows its help and ends with exit 2',
    async (words) => {
      const { status, stdout, stderr } = await esciSelect(...words);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(['Usage: esci-select', ...words].join(' '));
      expect(stderr).toContain('Commands:');
      expect(stderr).not.toContain('error:');
    },
  );

  it.each([
    [['rank', 'here'], 'esci-select rank'],
    [['data', 'inspect', '--no-such-flag-at-all'], 'esci-select data inspect'],
    [['--no-such-flag-at-all'], 'esci-select'],
  ])('a mistake in %j leads to the help of that command', async (words, command) => {
    const { status, stderr } = await esciSelect(...words);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^hint: see ${command} --help$`, 'm'));
  });

  it('a cost that is not known by this name is one that is, nearly', () => {
    const cards = ['a', 'b'].map((name) => ({ name, costs: { latency_ms: { value: 3, unit: 'ms' } } }));
    let hint: string | undefined;
    try {
      costValues(cards, 'latency_m');
    } catch (error) {
      hint = (error as { hint?: string }).hint;
    }
    expect(hint).toMatch(
      /^did you mean 'latency_ms'\? costs known of some models: latency_ms; others come with/,
    );
  });

  it.each(['interrupted', 'terminated'] as const)('a command that was %s says so without a stack', (code) => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk: unknown) => written.push(String(chunk)) > 0;
    try {
      printError(new EsciSelectError(code, 'stopped'), { json: false, verbose: true });
      printError(new EsciSelectError('data', 'bad'), { json: false, verbose: true });
    } finally {
      process.stderr.write = write;
    }
    const text = written.join('');
    expect(text).toContain('stopped\n');
    expect(text.match(/^ +at /gm)!.length).toBeGreaterThan(0);
    expect(text.slice(0, text.indexOf('bad'))).not.toMatch(/^ +at /m);
  });

  it('predictions alone are not taken for those of the simulated sample', async () => {
    const run = join(folder, 'run');
    const { status, stderr } = await esciSelect(
      'train',
      '--run',
      run,
      '--models',
      'none',
      '--predictions',
      folder,
    );
    expect(status).toBe(2);
    expect(stderr).toContain('predictions are given without the examples that they are of');
    expect(stderr).toContain('--data FILE');
  });
});
