import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { compare, explain, rank, report } from '../../src/pipeline.js';
import { failureOf, temporaryFolder } from '../io/helpers.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/run-0.1/', import.meta.url));
const kept = ['first', 'second'];

describe('a run of before decision rules', () => {
  let run: string;
  beforeEach(() => {
    run = join(temporaryFolder(), 'run');
    cpSync(join(FIXTURE, 'run'), run, { recursive: true });
  });

  /** Changes a file of the run as if its program had written it so. */
  function rewrite(path: string, change: (text: string) => string): void {
    const changed = change(readFileSync(join(run, path), 'utf8'));
    writeFileSync(join(run, path), changed);
    const manifest = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    const outputs = Object.values<{ outputs: { path: string }[] }>(manifest.stages).flatMap(
      (stage) => stage.outputs,
    );
    const output = outputs.find((each) => each.path === path)!;
    const sha256 = createHash('sha256').update(changed).digest('hex');
    Object.assign(output, { bytes: Buffer.byteLength(changed), sha256 });
    writeFileSync(join(run, 'run.json'), JSON.stringify(manifest));
  }

  it('is explained as it was then, by the likeliest class', async () => {
    const before = JSON.parse(readFileSync(join(FIXTURE, 'explain.json'), 'utf8'));
    const now = await explain({ run, example: '5' });
    expect(now.answer).toBe(before.answer);
    expect(now.rule).toEqual({
      name: 'argmax',
      tau: 0,
      offsets: { exact: 0, substitute: 0, complement: 0, irrelevant: 0 },
    });
    expect(now.margin).toEqual(before.margin);
    for (const [at, { model, shap }] of before.models.entries()) {
      expect(now.models[at].model).toBe(model);
      for (const [name, value] of Object.entries<number>(shap))
        expect(now.models[at].shap[name]).toBeCloseTo(value, 5);
    }
  });

  it('is reported with the figures of then', async () => {
    const before = JSON.parse(readFileSync(join(FIXTURE, 'report.json'), 'utf8'));
    const out = join(temporaryFolder(), 'report');
    const now = (await report({ run, out, formats: ['json', 'md', 'html'] })).report;
    expect(now.decision.schema).toBe('esci-select/decision/1');
    expect(now.decision.metrics).toEqual(before.decision.metrics);
    expect(now.decision.kept).toEqual(kept);
  });

  it('is a baseline, as a folder with paired intervals and as a report without', async () => {
    const folders = await compare({ base: run, next: join(FIXTURE, 'run') });
    expect(folders.changes.every(({ paired }) => paired)).toBe(true);
    const reports = await compare({ base: FIXTURE, next: run });
    expect(reports.changes.some(({ paired }) => paired)).toBe(false);
    expect(reports.cautions.join()).toContain('lacks results per query');
  });

  it('is ranked again, with the trees and the answers of then', async () => {
    const decision = await rank({ run, budgets: ['2'], replicates: 50, force: false }, { threads: 1 });
    expect([decision.schema, decision.decide]).toEqual(['esci-select/decision/2', 'argmax']);
    expect(decision.ensembles!.full.kind).toBe('trees');
  });

  it('says of what it lacks which version it is', async () => {
    rewrite('ensemble/settings.json', (text) => text.replace('"boosting"', '"boosted"'));
    const error = await failureOf(explain({ run, example: '5' }), 'data');
    expect(error.message).toMatch(
      /^fitted ensemble is malformed at boosting: .*: the run is of esci-select 0\.1\.0 with run\.json of schema 1$/,
    );
    expect(error.hint).toBe('run esci-select train with the same --run and --force');
  });
});
