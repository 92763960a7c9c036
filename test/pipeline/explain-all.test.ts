import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArrow, readArrowMetadata } from '../../src/io/arrow/read.js';
import { explain, explainAll, train } from '../../src/pipeline.js';
import { CLASSES, listening, makeTask, trainOptions } from './task.js';

describe('explaining all examples', () => {
  it('writes contributions that add up to the margins, the same as one by one', async () => {
    const task = makeTask({ queries: 30, seed: 3 });
    const { context, events } = listening(1);
    await train(trainOptions(task, 'run'), context);
    const run = join(task.folder, 'run');
    const out = join(task.folder, 'contributions.arrow');
    const written = await explainAll({ run, out }, context);
    expect(written).toEqual({ schema: 'esci-select/explanations/1', file: out, rows: task.labels.length });
    expect(events.filter((event) => event.kind === 'progress' && event.stage === 'explain')).not.toEqual([]);

    const { columns } = await readArrow(out);
    const column = (name: string) => columns.get(name)!.values as Float32Array;
    const ids = columns.get('example_id')!.values as string[];
    const bias = JSON.parse((await readArrowMetadata(out)).get('bias')!) as number[];
    const models = [...task.probabilities.keys()];
    for (const quantity of ['shap', 'group']) {
      for (const row of ids.keys()) {
        CLASSES.forEach((name, k) => {
          const parts = models.map((model) => column(`${quantity} ${model} ${name}`)[row]);
          const sum = parts.reduce((total, part) => total + part, bias[k]);
          expect(sum).toBeCloseTo(column(`margin ${name}`)[row], 4);
        });
      }
    }

    const one = await explain({ run, example: ids[7] });
    for (const { model, shap, groupShap } of one.models) {
      for (const name of CLASSES) {
        expect(column(`shap ${model} ${name}`)[7]).toBeCloseTo(shap[name], 5);
        expect(column(`group ${model} ${name}`)[7]).toBeCloseTo(groupShap[name], 5);
      }
    }
    expect(one.example.trainedOn).toBe((columns.get('trained_on')!.values as Int32Array)[7] === 1);
  });
});
