import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/data/load.js';
import { type EsciSelectError, quote } from '../../src/errors.js';
import { rank, train } from '../../src/pipeline.js';
import { BIN, esciSelect } from '../cli/spawn.js';
import { ROOT } from '../docs/markdown.js';
import { CLASSES, makeTask, trainOptions } from '../pipeline/task.js';
import { contents } from '../run/helpers.js';
import { type RankedTask, rankedTask } from './support.js';

let task: RankedTask;

beforeAll(async () => {
  task = await rankedTask();
});

/** Runs the program in an environment. */
function within(env: Record<string, string>, ...args: string[]) {
  return spawnSync(process.execPath, [BIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...env },
  });
}

describe('numbers', () => {
  it('9: mean the same under any locale', () => {
    const inspect = (locale: string) =>
      within(
        { LC_ALL: locale, LANG: locale },
        'data',
        'inspect',
        task.data,
        '--predictions',
        task.predictions,
        '--json',
      );
    const plain = inspect('C');
    expect(plain.status).toBe(0);
    for (const locale of ['de_DE.UTF-8', 'tr_TR.UTF-8']) expect(inspect(locale).stdout).toBe(plain.stdout);
  });
});

describe.skipIf(process.platform === 'win32')('signals (skipped on Windows: it has none)', () => {
  /** Starts a long `train`, sends signals once it is at work, and waits for its end. */
  async function stopped(signals: readonly NodeJS.Signals[], run: string) {
    const args = ['train', '--models', 'lexical', '--threads', '1', '--run', join(task.folder, run)];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    let sent = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (sent > 0 || !text.includes('[models]')) return;
      sent = performance.now();
      for (const signal of signals) child.kill(signal);
    });
    const [code] = await ended;
    return { code, ms: performance.now() - sent, left: readdirSync(join(task.folder, run)) };
  }

  it('34: SIGTERM ends with 143, and the lock is given back', async () => {
    const { code, left } = await stopped(['SIGTERM'], 'terminated');
    expect({ code, lock: left.includes('.lock') }).toEqual({ code: 143, lock: false });
  });

  it('34: a second signal ends it at once', async () => {
    const { code } = await stopped(['SIGINT', 'SIGINT'], 'twice');
    expect(code).toBe(130);
  });

  it('34: a process of its own, for a small heap, hears them too, and ends with its parent', async () => {
    const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=512', NO_COLOR: '1' };
    const args = ['train', '--models', 'lexical', '--threads', '1', '--run', join(task.folder, 'small')];
    const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'], env });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (text.includes('[models]')) child.kill('SIGINT');
    });
    expect((await once(child, 'close'))[0]).toBe(130);
    expect(stderr).toContain('error: interrupted by SIGINT');
  });
});

describe('42: no network', () => {
  it.each([
    ['data', 'inspect', 'DATA', '--predictions', 'PREDICTIONS'],
    ['rank', '--run', 'RUN', '--budget', '2', '--replicates', '100', '--threads', '1'],
    ['report', '--run', 'RUN', '--format', 'html,md,csv,json,paired'],
    ['explain', '--run', 'RUN', '--example', '3'],
  ])('is asked for by %s %s', (...args) => {
    const preload = pathToFileURL(join(ROOT, 'test/fixtures/run/no-network.mjs')).href;
    const paths: Record<string, string> = { DATA: task.data, PREDICTIONS: task.predictions, RUN: task.run };
    const words = args.map((word) => paths[word] ?? word);
    const { status, stderr } = spawnSync(process.execPath, ['--import', preload, BIN, ...words], {
      encoding: 'utf8',
    });
    expect({ status, stderr: stderr.match(/asked for .*/) }).toEqual({ status: 0, stderr: null });
  });
});

const HOSTILE = ['__proto__', 'constructor', '../x', '/etc/x', 'CON', 'a\u202eb', 'é'.repeat(150), 'Con'];

describe('names of models', () => {
  it('46, 48: any name is that of a model, in files that stay in the run', async () => {
    const hostile = makeTask({ queries: 12 });
    mkdirSync(join(hostile.folder, 'hostile'));
    const table = hostile.probabilities.get('first')!;
    const lines = HOSTILE.flatMap((name) => table.map((row, at) => `"${name}",${at},${row.join(',')}`));
    const head = `model,example_id,${CLASSES.map((name) => `p_${name}`).join(',')}`;
    writeFileSync(join(hostile.folder, 'hostile/long.csv'), `${[head, ...lines].join('\n')}\n`);
    const options = trainOptions(hostile, 'run', { predictions: [join(hostile.folder, 'hostile')] });
    await train({ ...options, boosting: { rounds: 3 } }, { threads: 1 });
    const { ranking } = await rank(
      { run: options.run, budgets: ['2'], replicates: 100, force: false },
      { threads: 1 },
    );
    expect(ranking.map(({ model }) => model).sort()).toEqual([...HOSTILE].sort());
    const files = readdirSync(join(options.run, 'predictions'));
    expect(new Set(files.map((name) => name.toLowerCase())).size).toBe(HOSTILE.length);
    expect(readdirSync(dirname(options.run)).sort()).toEqual([
      'hostile',
      'judgements.csv',
      'predictions',
      'run',
    ]);
    const shown = esciSelect('rank', '--run', options.run, '--budget', '2', '--replicates', '100', '--quiet');
    expect(shown.stdout).toContain('__proto__');
    expect(shown.stdout).not.toContain('\u202e');
  });
});

describe('what a message shows', () => {
  it('53: at most 80 characters of a bad value, on one line, without control characters', async () => {
    const shown = quote(`${'x'.repeat(500)}\n\u001b[31m`);
    expect([...shown].length).toBeLessThanOrEqual(82);
    expect(quote('a\nb\u001b[31m\u202e')).toBe("'a b [31m '");
    const long = join(task.folder, 'long.csv');
    writeFileSync(
      long,
      `example_id,query,product_id,esci_label\n1,q,p,${'y'.repeat(400)}\n2,q,r,exact\n3,q,s,exact\n`,
    );
    const failed = await loadExamples([long]).then(
      () => null,
      (error: EsciSelectError) => error,
    );
    expect(failed?.message).toContain('yyyy');
    expect(failed?.message).not.toContain('y'.repeat(81));
  });

  it('40, 53: a report holds neither the environment nor a path of this machine', () => {
    const env = { SECRET_OF_THIS_TEST: 'hush-hush', HOME: '/home/of-this-test' };
    const out = join(task.folder, 'quiet');
    expect(
      within(env, 'report', '--run', task.run, '--out', out, '--format', 'html,md,csv,json').status,
    ).toBe(0);
    for (const text of Object.values(contents(out))) {
      for (const secret of ['hush-hush', 'of-this-test', task.folder]) expect(text).not.toContain(secret);
    }
  });
});
