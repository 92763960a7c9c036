import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { rank, train } from '../../src/pipeline.js';
import { CLASSES, listening, makeTask, trainOptions, writePredictions } from '../pipeline/task.js';

/** A task with its own models: one answer table per model, each of which sees some classes' truth. */
function plantedTask(skills: Record<string, readonly number[]>, twinOf: Record<string, string> = {}) {
  const task = makeTask({ queries: 100, seed: 31 });
  for (const name of ['first', 'second', 'noise', 'costs']) rmSync(join(task.predictions, `${name}.csv`));
  const random = createRandom(5);
  const tables = new Map<string, number[][]>();
  for (const [model, skill] of Object.entries(skills)) {
    const twin = tables.get(twinOf[model]);
    const table = task.labels.map((label, row) => {
      const raw = CLASSES.map((_, k) =>
        twin === undefined ? 0.2 + random.uniform() : twin[row][k] + 0.004 * random.uniform(),
      );
      if (twin === undefined && random.uniform() < skill[label]) raw[label] += 2;
      const sum = raw.reduce((a, b) => a + b);
      return raw.map((value) => Number((value / sum).toFixed(6)));
    });
    tables.set(model, table);
    writePredictions(join(task.predictions, `${model}.csv`), table);
  }
  return task;
}

async function keptOf(task: ReturnType<typeof plantedTask>, strategies: readonly string[], budget: string) {
  const { context } = listening(2);
  await train(trainOptions(task, 'run'), context);
  const kept = new Map<string, readonly string[]>();
  for (const strategy of strategies) {
    const options = { run: join(task.folder, 'run'), budgets: [budget], replicates: 100, force: false };
    kept.set(strategy, (await rank({ ...options, strategy }, context)).kept);
  }
  return kept;
}

describe('planted models, from files to the decision', () => {
  it('greedy-shap keeps one of two copies that split their credit, no strategy a useless model', async () => {
    const task = plantedTask(
      {
        strong: [0.6, 0.6, 0.6, 0.6],
        'strong-copy': [],
        other: [0.45, 0.45, 0.45, 0.45],
        useless: [0, 0, 0, 0],
      },
      { 'strong-copy': 'strong' },
    );
    const kept = await keptOf(task, ['shap', 'greedy-shap'], '2');
    expect(kept.get('greedy-shap')!.filter((name) => name.startsWith('strong'))).toHaveLength(1);
    expect(kept.get('greedy-shap')).toContain('other');
    for (const names of kept.values()) expect(names).not.toContain('useless');
  });

  it('greedy-shap keeps the specialist that alone finds complements when macro F1 counts', async () => {
    const task = plantedTask({
      general: [0.7, 0.7, 0, 0.7],
      'general-too': [0.68, 0.68, 0, 0.68],
      specialist: [0, 0, 0.95, 0],
    });
    const kept = await keptOf(task, ['greedy-shap'], '2');
    expect(kept.get('greedy-shap')).toContain('specialist');
  });
});
