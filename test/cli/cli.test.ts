import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeTask } from '../pipeline/task.js';
import { esciSelect } from './in-process.js';
import { BIN, esciSelect as spawned } from './spawn.js';

const QUICK = ['--folds', '3', '--rounds', '30', '--learning-rate', '0.2', '--threads', '1'];

describe('esci-select on the command line', () => {
  const task = makeTask({ queries: 20 });
  const run = join(task.folder, 'run');
  const train = spawned(
    'train',
    '--data',
    task.data,
    '--models',
    'none',
    '--predictions',
    task.predictions,
    '--run',
    run,
    ...QUICK,
    '--json',
  );
  const ranked = spawned('rank', '--run', run, '--budget', '2', '--replicates', '100', '--json');

  it('writes exactly one JSON object to stdout with --json, and everything else to stderr', () => {
    expect(JSON.parse(train.stdout).models.map(({ name }: { name: string }) => name)).toEqual([
      'first',
      'noise',
      'second',
    ]);
    expect(train.stdout.trim().split('\n').length).toBe(1);
    expect(train.stderr).toContain('[ensemble] fitting the ensemble of 3 models');
    expect(ranked.status).toBe(0);
    const decision = JSON.parse(ranked.stdout);
    for (const line of decision.ranking) {
      expect(Object.keys(line)).toEqual(
        expect.arrayContaining(['model', 'family', 'rank', 'shap', 'groupShap', 'costs', 'kept']),
      );
    }
    for (const part of [
      decision.metrics.floor,
      decision.metrics.models.first,
      decision.metrics.full,
      decision.metrics.pruned,
    ]) {
      for (const score of ['accuracy', 'macroF1', 'weightedF1', 'logLoss']) {
        expect(part[score]).toBeTypeOf('number');
        expect(part.intervals[score][0]).toBeLessThanOrEqual(part.intervals[score][1]);
      }
      expect(part.rows).toBe(100);
    }
    expect(decision.additivity.relative).toBeLessThan(1e-5);
  });

  it('shows people a table with what is kept, and says what to do next', async () => {
    const { stdout: table } = await esciSelect('rank', '--run', run, '--budget', '2', '--replicates', '100');
    expect(table).toMatch(/^(first|second) +1 (\[\d, \d\] )? *imported +kept /m);
    expect(table).toMatch(/^noise .* (useless|over budget \(2 of 2 taken\)) /m);
    expect(table).toContain('constant answer');
    expect(table).toMatch(/^Within 2 models: keep (first and second|second and first) \(2 of 2\)\. Pruning /);
    const report = await esciSelect('report', '--run', run);
    expect(report.stdout).toContain(join(run, 'report', 'report.md'));
    const explained = await esciSelect('explain', '--run', run, '--example', '3', '--quiet');
    expect(explained.stdout).toMatch(/margin \(sum\)/);
  });

  it.each([
    [['rank', '--run', run, '--budget', 'latency_ms=0.1'], 1, 'no model fits the budget', 'raise the limit'],
    [['rank', '--run', run, '--budget', 'many'], 2, "budget 'many' is not valid", '--budget 3'],
    [
      ['rank', '--run', run, '--budget', 'price=3'],
      2,
      "cost 'price' is unknown for 3 of 3 models",
      'latency_ms',
    ],
    [
      ['rank', '--run', run, '--budget', '2', '--budget', 'uk:1'],
      2,
      "--budget names locale 'uk', which no row has",
      'locales of the data: es, us',
    ],
    [
      ['rank', '--run', run, '--budget', '2', '--budget', 'es:latency_ms=0.1'],
      1,
      "locale 'es': no model fits the budget latency_ms=0.1",
      'raise the limit',
    ],
    [
      ['rank', '--run', join(task.folder, 'none'), '--budget', '1'],
      2,
      'folder holds no run',
      'esci-select train',
    ],
    [
      ['rank', '--run', run, '--audit'],
      2,
      '--audit is about a decision, and without --budget there is none',
      'give --budget N',
    ],
    [['tran'], 2, "unknown command 'tran'", "did you mean 'train'?"],
    [['train', '--fold', '3'], 2, "unknown option '--fold'", "did you mean '--folds'?"],
    [['train', '--models', 'lexicl'], 2, "model 'lexicl' is not known", "did you mean 'lexical'?"],
    [['train', '--data', join(task.folder, 'missing.csv')], 5, 'cannot read: no such file', 'check the path'],
    [['explain', '--run', run, '--example', 'x'], 2, "run has no example 'x'", "'0'"],
  ])('%j exits %i with one line and a hint', async (args, status, message, hint) => {
    const result = await esciSelect(
      ...args,
      '--run',
      args.includes('--run') ? args[args.indexOf('--run') + 1] : join(task.folder, 'fresh'),
    );
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
    const lines = result.stderr
      .trim()
      .split('\n')
      .filter((line) => /^(error|hint):/.test(line));
    expect(lines[0]).toContain(message);
    expect(lines[1]).toContain(hint);
  });

  it('gives errors of bad rows with path, line and exit code 3, as an object with --json', async () => {
    const bad = join(task.folder, 'bad.csv');
    writeFileSync(bad, 'example_id,query,product_id,esci_label\n1,a,p,E\n2,b,q,maybe\n');
    const text = await esciSelect(
      'train',
      '--data',
      bad,
      '--run',
      join(task.folder, 'bad-run'),
      '--models',
      'none',
    );
    expect(text.status).toBe(3);
    expect(text.stderr).toContain(`${bad}:3`);
    const json = await esciSelect(
      'train',
      '--data',
      bad,
      '--run',
      join(task.folder, 'bad-run'),
      '--models',
      'none',
      '--json',
    );
    const { error } = JSON.parse(json.stderr.trim().split('\n').at(-1)!);
    expect(error).toMatchObject({ code: 'data', exitCode: 3, path: bad, line: 3 });
    expect(error.hint).toBeTypeOf('string');
  });

  it('lists every problem of data inspect, with exit code 3 when there are errors', async () => {
    const bad = join(task.folder, 'bad2.csv');
    writeFileSync(bad, 'example_id,query,product_id,esci_label\n1,a,p,E\n1,b,q,maybe\n');
    const result = await esciSelect('data', 'inspect', bad, '--json');
    expect(result.status).toBe(3);
    const { summary, findings } = JSON.parse(result.stdout);
    expect(summary.rows).toBe(2);
    const errors = findings.filter(({ severity }: { severity: string }) => severity === 'error');
    expect(errors.length).toBe(2);
    expect(await esciSelect('data', 'inspect', task.data)).toMatchObject({ status: 0 });
  });

  it('stops on SIGINT with 130 within seconds, gives the lock back, and goes on to the same bytes', async () => {
    const cut = join(task.folder, 'cut');
    const args = [
      'train',
      '--data',
      task.data,
      '--models',
      'none',
      '--predictions',
      task.predictions,
      ...QUICK,
    ];
    const child = spawn(process.execPath, [BIN, ...args, '--run', cut], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('[ensemble]')) child.kill('SIGINT');
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(readdirSync(cut)).not.toContain('.lock');
    const again = await esciSelect(...args, '--run', cut);
    expect(again.status).toBe(0);
    expect(again.stdout).toMatch(/^trained in [\d.]+ s on 100 rows with 3 models$/m);
    expect(again.stdout).toContain(`  $ esci-select rank --run ${cut}`);
    const model = (folder: string) => readFileSync(join(folder, 'ensemble/model.json'), 'utf8');
    expect(model(cut)).toBe(model(run));
  });

  it('exits quietly when the reader of its output has gone', async () => {
    const child = spawn(process.execPath, [
      BIN,
      'rank',
      '--run',
      run,
      '--budget',
      '2',
      '--replicates',
      '100',
      '--quiet',
    ]);
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [code] = await once(child, 'exit');
    expect([code, stderr]).toEqual([0, '']);
  });

  it('simulates: same arguments, same bytes', async () => {
    const out = mkdtempSync(join(tmpdir(), 'esci-select-simulate-'));
    const simulate = async (name: string, seed: string) => {
      const flags = ['--queries', '20', '--seed', seed, '--out', join(out, name), '--json'];
      return JSON.parse((await esciSelect('data', 'simulate', ...flags)).stdout);
    };
    const [a, b, c] = [await simulate('a', '3'), await simulate('b', '3'), await simulate('c', '4')];
    expect(a.files).toEqual(b.files);
    expect(a.files).not.toEqual(c.files);
    expect(a.ceiling.accuracy).toBeGreaterThan(a.ceiling.floorAccuracy);
    expect(existsSync(join(out, 'a', 'shopping_queries_dataset_examples.parquet'))).toBe(true);
  });
});
