import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { rank, rankWithoutBudget, train } from '../../src/pipeline.js';
import { frontierCharts } from '../../src/report/charts/frontier.js';
import type { Decision } from '../../src/selection/decision.js';
import { CLASSES, contents, makeTask, trainOptions, writePredictions } from '../pipeline/task.js';

/** Twelve models: skill at seeing the truth, and milliseconds; the best by far takes 180, a twin says what another says. */
const MODELS = {
  llm: [0.97, 180],
  bert: [0.6, 9],
  gnn: [0.55, 6.5],
  'gnn-twin': [0.55, 6.4],
  rules: [0.35, 0.6],
  'm-1': [0.3, 4],
  'm-2': [0.3, 3],
  'm-3': [0.25, 24],
  'm-4': [0.25, 2],
  'm-5': [0.2, 5],
  'm-6': [0.2, 1],
  noise: [0, 0.1],
} as const;

describe('twelve models under latency_ms=25, the best of which takes 180', () => {
  const task = makeTask({ queries: 40, seed: 5 });
  const run = join(task.folder, 'run');
  let decision: Decision;

  beforeAll(async () => {
    const predictions = mkdtempSync(join(tmpdir(), 'esci-twelve-'));
    const random = createRandom(9);
    const tables = new Map<string, readonly (readonly number[])[]>();
    for (const [name, [skill]] of Object.entries(MODELS)) {
      const twin = name === 'gnn-twin' ? tables.get('gnn')! : null;
      const table = task.labels.map((label, row) => {
        const raw = CLASSES.map((_, k) => 0.2 + (twin === null ? random.uniform() : 5 * twin[row][k]));
        if (twin === null && random.uniform() < skill) raw[label] += 2;
        const sum = raw.reduce((a, b) => a + b);
        return raw.map((value) => Number((value / sum).toFixed(6)));
      });
      tables.set(name, table);
      writePredictions(join(predictions, `${name}.csv`), table);
    }
    const costs = Object.entries(MODELS).map(([name, [, ms]]) => `${name},${ms}`);
    writeFileSync(join(predictions, 'costs.csv'), `model,latency_ms\n${costs.join('\n')}\n`);
    const options = trainOptions(task, 'run', { predictions: [predictions], stack: 'pool' });
    await train(options, { threads: 2 });
    const asked = { run, budgets: ['latency_ms=25'], replicates: 100, force: false };
    decision = await rank(asked, { threads: 2 });
    rmSync(predictions, { recursive: true });
  }, 300_000);
  afterAll(() => rmSync(task.folder, { recursive: true }));

  it('says in one sentence what is kept, of what limit, at what loss, and what no limit would keep', () => {
    expect(decision.headline).toMatch(
      /^Within latency_ms <= 25: keep .+ \(\d+(\.\d+)? of 25\)\. Pruning costs 0\.\d{3} macro F1 \[.+\], more than noise\. Without the limit: .*llm.* at \d+(\.\d+)? ms\.$/,
    );
    expect(decision.unlimited).toContain('llm');
    expect(decision.kept).not.toContain('llm');
    expect(Object.keys(decision).slice(0, 2)).toEqual(['schema', 'headline']);
    const text = readFileSync(join(run, 'decision/decision.json'), 'utf8');
    expect(JSON.parse(text).headline).toBe(decision.headline);
  });

  it('gives every model its reason', () => {
    const why = new Map(decision.ranking.map((line) => [line.model, line.why!]));
    expect(why.size).toBe(12);
    expect(decision.ranking[0].model).toBe('llm');
    expect(why.get('llm')).toEqual({
      reason: 'over budget',
      over: { name: 'latency_ms', limit: 25, needs: 180, left: 25 },
    });
    expect(why.get('noise')!.reason).toBe('useless');
    for (const { model, kept } of decision.ranking) expect(why.get(model)!.reason === 'kept').toBe(kept);
    const twins = ['gnn', 'gnn-twin'].filter((name) => decision.kept.includes(name));
    expect(twins).toHaveLength(1);
    const other = twins[0] === 'gnn' ? 'gnn-twin' : 'gnn';
    expect(why.get(other)).toMatchObject({ reason: 'redundant', as: { model: twins[0] } });
  });

  it('draws the frontier with the budget as a line and the chosen set on it', () => {
    const at = decision.frontiers!.findIndex(({ cost }) => cost === 'latency_ms');
    const { chosen, points, dominated } = decision.frontiers![at];
    expect(chosen!.models.toSorted()).toEqual(decision.kept.toSorted());
    expect(chosen!.cost).toBeLessThanOrEqual(25);
    for (const { score, against } of points)
      expect(against!.difference).toBeCloseTo(score - chosen!.score, 12);
    expect(dominated!.length).toBeGreaterThan(3);
    expect(frontierCharts(decision)[at].description).toContain('The budget is a line at 25 ms.');
  });

  it('without a budget decides nothing, writes nothing, and suggests what can be run', {
    timeout: 60_000,
  }, async () => {
    const before = contents(run);
    const ranking = await rankWithoutBudget({ run, replicates: 100 }, { threads: 1 });
    expect(contents(run)).toEqual(before);
    expect(ranking.unlimited).toEqual(decision.unlimited);
    const [first, second] = ranking.suggestions;
    expect([first.cost, second.cost]).toEqual(['latency_ms', 'models']);
    expect(first.budget).toBe(`latency_ms=${first.limit}`);
    const spent = first.models.reduce((sum, name) => sum + MODELS[name as keyof typeof MODELS][1], 0);
    expect(first.limit).toBeGreaterThanOrEqual(spent);
    expect(first.limit).toBeLessThan(spent * 1.02);
  });
});
