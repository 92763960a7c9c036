import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/data/examples/examples.js';
import { sha256 } from '../../src/io/hash.js';
import { readTable } from '../../src/io/read.js';
import { textAt } from '../../src/io/table.js';
import { importPredictions } from '../../src/predictions/import.js';
import type { ImportedModel } from '../../src/predictions/import-options.js';
import { errorOf, examplesOf, SHARED } from './support.js';

const absent = !existsSync(join(SHARED, 'predictions'));
const shared = (...parts: string[]) => join(SHARED, 'predictions', ...parts);
const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

async function columnOf(path: string, name: string): Promise<string[]> {
  const table = await readTable(path, { columns: (column) => column === name });
  return Array.from({ length: table.rows }, (_, row) => textAt(table.columns.get(name)!, row)!);
}

/** Examples as a loader makes them of a file: ids from a column or by position, labels from a column. */
async function examplesFrom(path: string, label: string, id?: string) {
  const truth = await columnOf(path, label);
  const classes = [...new Set(truth)].sort();
  const ids = id === undefined ? truth.map((_, row) => String(row)) : await columnOf(path, id);
  const labels = truth.map((name) => classes.indexOf(name));
  const dataFiles = [{ sha256: sha256(readFileSync(path)), firstRow: 0, rows: truth.length }];
  return { examples: examplesOf(ids, labels, classes), truth, classes, dataFiles };
}

function answersOf({ values }: ImportedModel, classes: readonly string[]): string[] {
  return Array.from({ length: values.length / classes.length }, (_, row) => {
    const own = Array.from(values.subarray(row * classes.length, (row + 1) * classes.length));
    return classes[own.indexOf(Math.max(...own))];
  });
}

describe.skipIf(absent)('real prediction files (needs ../shared)', () => {
  it('imports twelve ESCI models and their costs without a flag', async () => {
    const data = join(SHARED, 'esci/judgements-folds-1-3.csv');
    const ids = await columnOf(data, '');
    const words = ['exact', 'substitute', 'complement', 'irrelevant'];
    const labels = (await columnOf(data, 'esci_label')).map((word) => words.indexOf(word));
    const { models, findings, inputs } = await importPredictions(
      [shared('esci-12-models')],
      examplesOf(ids, labels),
    );
    expect(models).toHaveLength(12);
    expect(inputs).toHaveLength(13);
    expect(models.every(({ card, missing }) => missing === null && card.covered === ids.length)).toBe(true);
    expect(models.find(({ card }) => card.name === 'overlap-forest')?.card.costs.latency_ms_per_row).toEqual({
      value: 0.04538,
      unit: 'ms/row',
    });
    expect(codes(findings)).toEqual(['import-layout', 'import-join', 'near-duplicate-models']);
    expect(findings[2].message).toContain("'overlap-gbdt', 'overlap-gbdt-twin'");

    const rowOf = new Map(ids.map((id, row) => [id, row]));
    const path = shared('esci-12-models/svd-mlp.csv');
    const model = models.find(({ card }) => card.name === 'svd-mlp')!;
    const [keys, exact] = [await columnOf(path, 'row'), await columnOf(path, 'p_complement')];
    keys.forEach((key, at) => {
      expect(model.values[rowOf.get(key)! * 4 + 2]).toBe(Math.fround(Number(exact[at])));
    });
  });

  it('imports probabilities and hard labels of two classes; stray answers are reported', async () => {
    const path = shared('sarcasm-12-models/train.csv');
    const { examples, classes, truth } = await examplesFrom(path, 'label', 'custom_id');
    const { models, findings } = await importPredictions([path], examples);
    expect(models.map(({ card }) => card.kind).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'labels'),
      ...Array.from({ length: 7 }, () => 'probabilities'),
    ]);
    expect(models.map(({ card }) => card.name)).not.toContain('label');
    const strays = findings.filter(({ code }) => code === 'stray-answers');
    expect(strays.map(({ count }) => count).sort()).toEqual([1, 8, 9]);
    expect(strays[0].places?.[0].line).toBeGreaterThan(1);
    const constant = findings.filter(({ code }) => code === 'constant-model');
    expect(constant.map(({ message }) => message)).toEqual([
      "model 'BERT-BASE-MULTILINGUAL-CASED' predicts the same for every row",
    ]);
    expect(findings[0].message).toContain('12 models, 7 of probabilities and 5 of labels');
    expect(findings[0].message).toContain("probability of the positive class, '1'");
    const probabilities = (await columnOf(path, 'GPT-4o-2024-05-13_probability')).map(Number);
    const gpt = models.find(({ card }) => card.name === 'GPT-4o-2024-05-13')!;
    probabilities.forEach((p, row) => {
      expect(gpt.values[row * 2 + 1]).toBe(Math.fround(p));
    });
    const share =
      answersOf(gpt, classes).filter((answer, row) => answer === truth[row]).length / truth.length;
    expect(share).toBe(
      probabilities.filter((p, row) => (p > 0.5 ? '1' : '0') === truth[row]).length / truth.length,
    );
  });

  it('joins both files of the sarcasm folder into one set of models', async () => {
    const train = await examplesFrom(shared('sarcasm-12-models/train.csv'), 'label', 'custom_id');
    const validation = await examplesFrom(shared('sarcasm-12-models/validation.csv'), 'label', 'custom_id');
    const ids = [...validation.examples.id, ...train.examples.id];
    const { models } = await importPredictions(
      [shared('sarcasm-12-models')],
      examplesOf(ids, [], ['0', '1']),
    );
    expect(models).toHaveLength(12);
    expect(models.filter(({ missing }) => missing === null)).toHaveLength(9);
    const error = await errorOf(importPredictions([shared('sarcasm-12-models')], train.examples));
    expect(error.message).toMatch(/none of the 427 ids|no column holds/);
    expect(error.hint).toContain('--key');
  });

  it.each([
    ['metatask_-1', 2],
    ['metatask_-3', 3],
  ])(
    'imports %s by position, preferring its probabilities to the labels beside them',
    async (name, count) => {
      const path = shared(`metatasks/${name}.csv`);
      const { examples, dataFiles, classes } = await examplesFrom(path, 'target');
      expect(classes).toHaveLength(count);
      const { models, findings } = await importPredictions([path], examples, { dataFiles });
      expect(models.map(({ card }) => card.name)).toEqual(['GB_10', 'GB_100', 'RF_10', 'RF_100', 'RF_200']);
      expect(models.every(({ card }) => card.kind === 'probabilities')).toBe(true);
      expect(findings[0].message).toContain("hard labels in 'RF_10' are left aside");
      const wanted = (await columnOf(path, `confidence.${classes[1]}.GB_100`)).map((text) =>
        Math.fround(Number(text)),
      );
      expect(wanted.map((_, row) => models[1].values[row * count + 1])).toEqual(wanted);
      const refused = await errorOf(importPredictions([path], examples));
      expect(refused.hint).toContain('--key');
    },
  );

  it.each(['29', '18', '3560', '3918', '53', '9971'])('imports 27 hard labels of task %s', async (task) => {
    const path = shared(`openml-27-methods/results_for_metatask_${task}.csv`);
    const { examples, dataFiles, classes } = await examplesFrom(path, 'ground_truth');
    const { models } = await importPredictions([path], examples, { dataFiles });
    expect(models).toHaveLength(27);
    const table = await readTable(path);
    for (const model of models) {
      const column = table.columns.get(model.card.name)!;
      expect(answersOf(model, classes)).toEqual(
        Array.from({ length: table.rows }, (_, row) => textAt(column, row)),
      );
    }
  });
});
