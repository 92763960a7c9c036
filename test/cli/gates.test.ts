import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeTask, writePredictions } from '../pipeline/task.js';
import { esciSelect } from './in-process.js';

const QUICK = ['--folds', '3', '--stack', 'pool', '--threads', '1', '--quiet'];
const task = makeTask({ queries: 30 });
const at = (name: string) => join(task.folder, name);

/** Trains and ranks on the task with the predictions given. */
async function run(name: string, predictions: string): Promise<string> {
  const inputs = ['--data', task.data, '--models', 'none', '--predictions', predictions, '--no-measure'];
  expect((await esciSelect('train', '--run', at(name), ...inputs, ...QUICK)).status).toBe(0);
  const rank = ['--budget', '3', '--replicates', '200', '--threads', '1', '--quiet'];
  expect((await esciSelect('rank', '--run', at(name), ...rank)).status).toBe(0);
  return at(name);
}

const GATES = ['--fail-on', 'macroF1 drop > 0.005', '--fail-on', 'accuracy significantly worse'];

beforeAll(async () => {
  await run('base', task.predictions);
  cpSync(at('base'), at('equal'), { recursive: true });
  cpSync(task.predictions, at('worsened'), { recursive: true });
  // the best model now gives the answers of other rows
  const table = task.probabilities.get('first')!;
  writePredictions(
    at('worsened/first.csv'),
    table.map((_, row) => table[(row + 7) % table.length]),
  );
  await run('worse', at('worsened'));
  const base = ['--run', at('base'), '--out', at('reports/base'), '--format', 'json,paired'];
  expect((await esciSelect('report', ...base)).status).toBe(0);
});

describe('gates on real runs', () => {
  it('pass an equal run and fail a worsened one, with paired intervals', async () => {
    const equal = await esciSelect('compare', at('base'), at('equal'), ...GATES);
    expect(equal).toMatchObject({ status: 0, stderr: '' });
    expect(equal.stdout).toContain('it is paired: the same queries were drawn for both');
    const worse = await esciSelect('compare', at('base'), at('worse'), ...GATES);
    expect(worse.status).toBe(1);
    expect(worse.stdout.match(/^FAILED .*worse\)$/gm)).toHaveLength(2);
    expect(worse.stderr).toContain('2 of 2 gates failed');
    const { changes } = JSON.parse((await esciSelect('compare', at('base'), at('worse'), '--json')).stdout);
    const pruned = changes.filter((change: { predictor: string }) => change.predictor === 'pruned ensemble');
    for (const change of pruned) {
      expect(change.paired).toBe(true);
      expect(change.interval[0]).toBeLessThan(change.difference);
      expect(change.interval[1]).toBeGreaterThan(change.difference);
    }
  });

  it('judge a report by a baseline file, show it in the report, and write the report all the same', async () => {
    writeFileSync(at('gates.json'), JSON.stringify({ gates: ['accuracy significantly worse'] }));
    const judge = (name: string, ...more: string[]) =>
      esciSelect(
        'report',
        '--run',
        at(name),
        '--out',
        at(`reports/${name}`),
        '--baseline',
        at('reports/base/report.json'),
        ...more,
      );
    expect(await judge('equal', '--gates', at('gates.json'))).toMatchObject({ status: 0, stderr: '' });
    const worse = await judge('worse', '--gates', at('gates.json'));
    expect(worse.status).toBe(1);
    expect(worse.stdout).toMatch(/^FAILED accuracy significantly worse: pruned ensemble accuracy/m);
    const markdown = readFileSync(at('reports/worse/report.md'), 'utf8');
    expect(markdown).toContain('## Against the baseline');
    expect(markdown).toMatch(/\| accuracy significantly worse \| FAILED \|/);
    expect(readFileSync(at('reports/worse/report.html'), 'utf8')).toContain('Against the baseline');
    const { baseline } = JSON.parse(readFileSync(at('reports/worse/report.json'), 'utf8'));
    expect(baseline.gates[0].failed).toBe(true);
  });

  it('say why intervals are not paired where results per query are missing or of another report', async () => {
    const told = () => esciSelect('compare', at('reports/base'), at('worse'));
    cpSync(at('equal/decision/paired.json'), at('reports/base/paired.json'));
    expect((await told()).stdout).toContain('it is paired');
    cpSync(at('worse/decision/paired.json'), at('reports/base/paired.json'));
    expect((await told()).stdout).toContain(
      'beside the base report are of another report, so intervals are not paired',
    );
    writeFileSync(at('reports/base/paired.json'), '{"schema":"esci-select/paired/1"}');
    expect(await told()).toMatchObject({ status: 3 });
    rmSync(at('reports/base/paired.json'));
    const { stdout, status } = await told();
    expect(status).toBe(0);
    expect(stdout).toContain('the base report lacks results per query');
    expect(stdout).toContain('takes the two reports as independent');
  });

  it('need a baseline where they compare with one, unless a first report may lack it', async () => {
    const of = ['report', '--run', at('base'), '--out', at('alone'), '--format', 'junit,json'];
    const { status, stderr } = await esciSelect(...of, '--fail-on', 'accuracy drop > 0.1');
    expect(status).toBe(2);
    expect(stderr).toContain('give --baseline FILE');
    const first = ['--allow-missing-baseline', '--baseline', at('nowhere')];
    const passed = await esciSelect(...of, ...first, '--fail-on', 'accuracy drop > 0.1');
    expect(passed).toMatchObject({ status: 0, stderr: '' });
    expect(passed.stdout).toContain('skipped accuracy drop > 0.1: not judged: there is no baseline yet');
    expect(readFileSync(at('alone/junit.xml'), 'utf8')).toContain('skipped="1"');
  });

  it('judge one report by itself: scores, classes, locales, costs and the models kept', async () => {
    const gates = [
      'macroF1 < 0.95',
      'f1.exact < 0.01',
      'es:accuracy < 0.01',
      'cost.latency_ms > 99',
      'kept > 3',
    ];
    const flags = gates.flatMap((gate) => ['--fail-on', gate]);
    const { status, stdout } = await esciSelect(
      'report',
      '--run',
      at('base'),
      '--out',
      at('alone'),
      ...flags,
    );
    expect(status).toBe(1);
    expect(stdout.match(/^(FAILED|passed) /gm)).toEqual([
      'FAILED ',
      'passed ',
      'passed ',
      'passed ',
      'passed ',
    ]);
    expect(stdout).toMatch(
      /^FAILED macroF1 < 0.95: pruned ensemble macro F1 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]$/m,
    );
    const written = JSON.parse(readFileSync(at('alone/report.json'), 'utf8'));
    expect(written.gates).toHaveLength(5);
    expect(readFileSync(at('alone/report.md'), 'utf8')).toContain('## Gates');
    expect(readFileSync(at('alone/report.html'), 'utf8')).toContain('<h2 id="gates-title">Gates</h2>');
  });

  it('judge a class by its paired interval', async () => {
    const gate = ['--fail-on', 'f1.exact significantly worse', '--format', 'junit'];
    const { status, stdout } = await esciSelect('compare', at('base'), at('worse'), ...gate);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /pruned ensemble F1 of exact 0\.\d{3} → 0\.\d{3} \(−0\.\d{3} \[−0\.\d{3}, −0\.\d{3}\]\)/,
    );
    expect((await esciSelect('compare', at('base'), at('equal'), ...gate)).status).toBe(0);
  });

  it('give metrics as flat numbers, and a model card only of a data set that somebody declared', async () => {
    const of = ['report', '--run', at('base'), '--out', at('kept'), '--format', 'metrics,hf-card'];
    const refused = await esciSelect(...of);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain('nobody declared one');
    expect((await esciSelect(...of, '--dataset', 'team/judgements=Our: "judgements"')).status).toBe(0);
    const metrics = JSON.parse(readFileSync(at('kept/metrics.json'), 'utf8'));
    expect(Object.values(metrics).every((value) => typeof value === 'number')).toBe(true);
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining(['macroF1', 'f1_exact', 'cost_latency_ms', 'models']),
    );
    const card = readFileSync(at('kept/model-card.md'), 'utf8');
    const [, front] = /^---\n([\s\S]*?)\n---\n/.exec(card)!;
    const [{ results }] = parse(front)['model-index'];
    expect(results[0].dataset).toMatchObject({ type: 'team/judgements', name: 'Our: "judgements"' });
    expect(results[0].metrics[0]).toMatchObject({
      type: 'f1',
      value: metrics.macroF1,
      args: { average: 'macro' },
    });
  });

  it('show changes only in compare, and all where asked', async () => {
    const equal = await esciSelect('compare', at('base'), at('equal'));
    expect(equal.stdout).toMatch(/^all \d+ predictors are unchanged; --all shows them$/m);
    expect((await esciSelect('compare', at('base'), at('equal'), '--all')).stdout).toContain('(unchanged)');
  });
});
