import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decisionOf, evaluation, reportOf } from '../report/decisions.js';
import { esciSelect } from './in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A report.json whose pruned ensemble has this level. */
function written(name: string, level: number): string {
  const decision = decisionOf(['lexical', '__proto__']);
  const path = join(folder, name);
  writeFileSync(
    path,
    JSON.stringify(reportOf({ ...decision, metrics: { ...decision.metrics, pruned: evaluation(level) } })),
  );
  return path;
}

const base = written('base.json', 0.7);
const worse = written('worse.json', 0.6);
const equal = written('report.json', 0.7);

describe('esci-select compare', () => {
  it('fails a run that got worse, with a line per gate', async () => {
    const gates = [
      '--fail-on',
      'macroF1 drop > 0.005',
      '--fail-on',
      'accuracy significantly worse',
      '--fail-on',
      'accuracy of lexical < 0.1',
    ];
    const { status, stdout, stderr } = await esciSelect('compare', base, worse, ...gates);
    expect(status).toBe(1);
    const lines = stdout.split('\n').filter((line) => /^(FAILED|passed) /.test(line));
    expect(lines).toEqual([
      'FAILED macroF1 drop > 0.005: pruned ensemble macro F1 0.700 → 0.600 (−0.100 [−0.128, −0.072], worse)',
      'FAILED accuracy significantly worse: pruned ensemble accuracy 0.700 → 0.600 (−0.100 [−0.128, −0.072], worse)',
      'passed accuracy of lexical < 0.1: lexical accuracy 0.600 → 0.600 (0.000 [−0.028, +0.028], unchanged)',
    ]);
    expect(stderr).toMatch(/^error: 2 of 3 gates failed\nhint: /);
  });

  it('passes an equal one, given as a folder, and one that got better', async () => {
    const gates = ['--fail-on', 'macroF1 drop > 0', '--fail-on', 'accuracy significantly worse'];
    expect(await esciSelect('compare', base, folder, ...gates)).toMatchObject({ status: 0, stderr: '' });
    expect(equal).toContain(folder);
    expect((await esciSelect('compare', worse, base, ...gates)).status).toBe(0);
  });

  it('writes one JSON object, and the error as JSON', async () => {
    const { status, stdout, stderr } = await esciSelect(
      'compare',
      base,
      worse,
      '--json',
      '--fail-on',
      'macroF1 < 0.65',
    );
    expect(status).toBe(1);
    const found = JSON.parse(stdout);
    expect(found.schema).toBe('esci-select/comparison/1');
    expect(found.gates).toEqual([
      {
        gate: 'macroF1 < 0.65',
        failed: true,
        message: 'pruned ensemble macro F1 0.700 → 0.600 (−0.100 [−0.128, −0.072], worse)',
      },
    ]);
    expect(found.changes.map((change: { predictor: string }) => change.predictor)).toContain('__proto__');
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'gate', exitCode: 1 });
  });

  it('refuses a gate that cannot be read before any file, a file that is none, and what is not a report', async () => {
    expect(await esciSelect('compare', 'nowhere', 'nowhere', '--fail-on', 'makroF1 drop > 1')).toMatchObject({
      status: 2,
    });
    const missing = await esciSelect('compare', base, join(folder, 'nowhere.json'));
    expect(missing.status).toBe(5);
    expect(missing.stderr).toContain('nowhere.json: cannot read: no such file');
    writeFileSync(join(folder, 'other.json'), '{"schema":"else"}');
    const other = await esciSelect('compare', base, join(folder, 'other.json'));
    expect(other.status).toBe(3);
    expect(other.stderr).toContain("other.json: 'schema' is not as in a report");
  });
});
