import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { drawSome, findDisagreements } from '../../src/pipeline/insights/pick.js';
import { explain, rank, report, train } from '../../src/pipeline.js';
import type { Insights } from '../../src/report/insights.js';
import { CLASSES, listening, makeTask, type Task, trainOptions } from './task.js';

describe('drawSome', () => {
  it('draws every element equally often, and all where there are few', () => {
    const times = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++)
      for (const one of drawSome(10, 3, createRandom(seed))) times[one]++;
    for (const count of times) expect(Math.abs(count - 600)).toBeLessThan(100); // 5 standard deviations
    expect(drawSome(4, 9, createRandom(1)).sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('findDisagreements', () => {
  it('counts and draws rows that only one gets right, leaving out rows where the model is silent', () => {
    const [yes, no] = [[0.8, 0.2], [0.3, 0.7]]; // biome-ignore format: short
    const silent = [Number.NaN, Number.NaN];
    const found = findDisagreements({
      labels: Int16Array.of(0, 0, 1, 1, 0),
      classes: 2,
      ensemble: Int16Array.of(0, 1, 1, 0, 0),
      model: Float32Array.from([silent, no, yes, silent, no, yes, silent].flat()),
      rows: Int32Array.of(1, 2, 4, 5, 6),
      most: 9,
      random: createRandom(1),
    });
    // rows 1 and 2: only one right each; 4: both right; 5: neither; 6: the model is silent
    expect(found).toEqual({ ensembleRight: 1, modelRight: 1, ensembleRows: [0], modelRows: [1] });
  });
});

describe('insights of a run', () => {
  let task: Task;
  let insights: Insights;
  let run: string;

  beforeAll(async () => {
    task = makeTask({ queries: 80, split: true });
    run = join(task.folder, 'run');
    await train(trainOptions(task, 'run'), listening(0).context);
    await rank({ run, budgets: ['2'], replicates: 20, force: false }, listening(0).context);
    insights = (await report({ run, out: join(task.folder, 'a'), formats: ['json'] })).report.insights!;
  });
  afterAll(() => rmSync(task.folder, { recursive: true, force: true }));

  it('gives every model a dot per evaluated row, with its own probability of the true class', () => {
    const tests = [...task.labels.keys()].filter((row) => Math.floor(row / 5) % 4 === 0);
    expect(insights.sample).toMatchObject({ rows: tests.length, of: tests.length });
    expect(insights.trainedOn).toBe(false);
    for (const { model, probabilities, contributions } of insights.sample.models) {
      const table = task.probabilities.get(model)!;
      tests.forEach((row, at) => {
        expect(probabilities[at]).toBeCloseTo(table[row][task.labels[row]], 3);
      });
      expect(contributions).toHaveLength(tests.length);
    }
  });

  it('shows examples as esci-select explain does: the same answers, contributions that add up', async () => {
    expect(insights.examples.length).toBeGreaterThan(0);
    for (const example of insights.examples) {
      const { answer, models, example: row, margin } = await explain({ run, example: example.id });
      expect([answer, row.label, row.query]).toEqual([example.ensemble, example.label, example.query]);
      const best = models.find(({ model }) => model === insights.bestModel)!;
      expect(best.answer).toBe(example.model);
      expect(example.label).toBe(example.right === 'ensemble' ? example.ensemble : example.model);
      expect(example.margin).toBeCloseTo(margin[example.ensemble] - margin[example.model], 5);
      for (const { model, contribution } of example.parts) {
        const { shap } = models.find((one) => one.model === model)!;
        expect(contribution).toBeCloseTo(shap[example.ensemble] - shap[example.model], 5);
      }
      const parts = example.parts.reduce((sum, { contribution }) => sum + contribution, example.bias);
      expect(parts).toBeCloseTo(example.margin, 9);
    }
  });

  it('counts disagreements as the predictions say', () => {
    const { ensembleRight, modelRight } = insights.disagreements;
    const table = task.probabilities.get(insights.bestModel)!;
    const tests = [...task.labels.keys()].filter((row) => Math.floor(row / 5) % 4 === 0);
    const byModel = tests.filter((row) => argmax(table[row]) === task.labels[row]).length;
    const { accuracy, rows } = JSON.parse(readFileSync(join(task.folder, 'a/report.json'), 'utf8')).decision
      .metrics.full;
    expect(ensembleRight - modelRight).toBe(Math.round(accuracy * rows) - byModel);
  });

  it('is the same the second time, and absent where only Markdown is asked for', async () => {
    const again = await report({ run, out: join(task.folder, 'b'), formats: ['json', 'csv'] });
    expect(again.report.insights).toEqual(insights);
    const markdown = await report({ run, out: join(task.folder, 'c'), formats: ['md'] });
    expect(markdown.report.insights).toBeUndefined();
    expect(insights.sample.models.map(({ model }) => model).sort()).toEqual(['first', 'noise', 'second']);
    expect(CLASSES).toContain(insights.examples[0].label);
  });
});

function argmax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}
