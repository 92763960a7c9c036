import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTask, writePredictions } from '../pipeline/task.js';
import { esciSelect } from './in-process.js';

const QUICK = ['--folds', '3', '--rounds', '20', '--learning-rate', '0.2', '--threads', '1', '--quiet'];
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

  it('need a baseline', async () => {
    const { status, stderr } = await esciSelect('report', '--run', at('base'), '--fail-on', 'accuracy < 0.9');
    expect(status).toBe(2);
    expect(stderr).toContain('give --baseline FILE');
  });
});
