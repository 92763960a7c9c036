import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/io/hash.js';
import { importPredictions } from '../../src/predictions/import.js';
import type { ImportOptions } from '../../src/predictions/import-options.js';
import { errorOf, examplesOf, fileOf, folderOf, plain } from './support.js';

const HEADER = 'example_id,p_exact,p_substitute,p_complement,p_irrelevant\n';
const examples = examplesOf(['11', '12', '13']);
const ONE = `${HEADER}11,0.7,0.1,0.1,0.1\n12,0.1,0.7,0.1,0.1\n13,0.25,0.25,0.25,0.25\n`;

function importText(text: string, options: ImportOptions = {}, name = 'bert.csv') {
  return importPredictions([fileOf(name, text)], examples, options);
}

async function refusal(text: string, options: ImportOptions = {}) {
  const { message, line, hint, code } = await errorOf(importText(text, options));
  return { message, line, hint, code };
}

describe('importing prediction files', () => {
  it('imports one model, named by its file', async () => {
    const { models, findings, inputs } = await importText(ONE);
    expect(models[0].card).toEqual({
      ...{ name: 'bert', family: 'imported', source: 'imported', kind: 'probabilities', covered: 3 },
      ...{ costs: Object.create(null), notes: [], sha256: sha256(new Uint8Array(models[0].values.buffer)) },
    });
    expect(plain(models[0].values)).toEqual([0.7, 0.1, 0.1, 0.1, 0.1, 0.7, 0.1, 0.1, 0.25, 0.25, 0.25, 0.25]);
    expect(models[0].missing).toBeNull();
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['import-layout', "one model per file: probabilities, joined by 'example_id'"],
      [
        'import-join',
        "'example_id' is matched with the ids of the examples (its name says an id): 3 of 3 rows are among the 3 examples",
      ],
    ]);
    expect(inputs).toEqual([{ name: 'bert.csv', bytes: ONE.length, sha256: sha256(ONE) }]);
    const renamed = await importText(ONE, { model: 'x', family: new Map([['x', 'text']]) });
    expect([renamed.models[0].card.name, renamed.models[0].card.family]).toEqual(['x', 'text']);
  });

  it('takes a file once, though it is named beside its folder', async () => {
    const folder = folderOf({ 'bert.csv': ONE });
    const paths = [folder, join(folder, 'bert.csv'), join(folder, '.', 'bert.csv')];
    const { models, inputs } = await importPredictions(paths, examples);
    expect([models.length, inputs.length]).toEqual([1, 1]);
  });

  it('says which column holds what', async () => {
    const { files } = await importText(ONE);
    expect(files[0].models[0].columns).toEqual(
      examples.labelSpace.classes.map((name) => ({ column: `p_${name}`, holds: name })),
    );
    const labels = await importText('example_id,label\n11,exact\n12,exact\n13,irrelevant\n');
    expect(labels.files[0].models[0].columns).toEqual([{ column: 'label', holds: 'the answer' }]);
  });

  it('does not depend on the order of rows, columns and files (property)', async () => {
    const ids = ['5', '3', '9007199254740993', 'a', '8', '2'];
    const wanted = examplesOf(ids);
    const lines = ids.map(
      (id, row) => `${id},m${row % 2},${[0.4 + row / 100, 0.3, 0.2, 0.1 - row / 100].join(',')}`,
    );
    const second = ids.map((id, row) => `${id},m${1 - (row % 2)},0.25,0.25,0.25,0.25`);
    const all = [...lines, ...second];
    const folder = folderOf({});
    const { writeFileSync } = await import('node:fs');
    const hashes = async (rows: string[], cut: number) => {
      const header = 'example_id,model,p_exact,p_substitute,p_complement,p_irrelevant\n';
      const paths = [rows.slice(0, cut), rows.slice(cut)].map((part, at) => {
        writeFileSync(join(folder, `${at}.csv`), `${header}${part.join('\n')}\n`);
        return join(folder, `${at}.csv`);
      });
      const { models } = await importPredictions(cut % 2 === 0 ? paths : paths.toReversed(), wanted);
      return models.map(({ card }) => [card.name, card.sha256]);
    };
    const reference = await hashes(all, 5);
    expect(reference.map(([name]) => name)).toEqual(['m0', 'm1']);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.integer({ min: 1, max: all.length - 1 }),
        async (rows, cut) => {
          expect(await hashes(rows, cut)).toEqual(reference);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('imports TSV, JSON Lines with nested objects and lists, and names with prototypes', async () => {
    const tsv = await importPredictions([fileOf('m.tsv', ONE.replaceAll(',', '\t'))], examples);
    const nested = [11, 12, 13].map((id) =>
      JSON.stringify({ example_id: id, probs: { E: 0.7, S: 0.1, C: 0.1, I: 0.1 } }),
    );
    const list = [13, 12, 11].map((id) => JSON.stringify({ example_id: id, logits: [0, 1000, 999, -1000] }));
    const long = [11, 12, 13].map((id) =>
      JSON.stringify({ example_id: String(id), model: '__proto__', E: 1, S: 0, C: 0, I: 0 }),
    );
    const classOrder = ['S', 'E', 'I', 'C'];
    const { models } = await importPredictions(
      [
        fileOf('nested.jsonl', nested.join('\n')),
        fileOf('list.jsonl', list.join('\n')),
        fileOf('l.jsonl', long.join('\n')),
      ],
      examples,
      { classOrder },
    );
    expect(models.map(({ card }) => [card.name, card.kind])).toEqual([
      ['__proto__', 'probabilities'],
      ['list', 'logits'],
      ['nested', 'probabilities'],
    ]);
    expect(plain(models[1].values.subarray(0, 4))).toEqual([0.731059, 0, 0, 0.268941]);
    expect(plain(models[2].values.subarray(0, 4))).toEqual([0.7, 0.1, 0.1, 0.1]);
    expect(tsv.models[0].card.sha256).toBe((await importText(ONE)).models[0].card.sha256);
  });

  it('8: refuses lists of another length, and integers that are missing, at their lines', async () => {
    const lines = (rows: object[]) => fileOf('m.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const list = lines([
      { example_id: 11, probs: [1, 0, 0, 0] },
      { example_id: 12, probs: [1, 0, 0] },
    ]);
    const classOrder = ['E', 'S', 'C', 'I'];
    const error = await errorOf(importPredictions([list], examples, { classOrder }));
    expect([error.line, error.message]).toEqual([2, "list in column 'probs' has 3 values, 4 are due"]);
    const wide = { example_id: 11, E: 1, S: 0, C: 0, I: 0 };
    const integers = lines([wide, { ...wide, example_id: 12, E: null }, { ...wide, example_id: 13 }]);
    const missing = await errorOf(importPredictions([integers], examples));
    expect([missing.line, missing.hint]).toEqual([2, '--missing imports such rows as missing']);
    const { models } = await importPredictions([integers], examples, { missingValues: true });
    expect(models[0].card.covered).toBe(2);
  });

  it('finds the delimiter of a file, declared or not', async () => {
    const semicolons = ONE.replaceAll(',', ';');
    expect((await importText(semicolons, { delimiter: ';' })).models).toHaveLength(1);
    expect((await importText(semicolons)).models).toHaveLength(1);
  });

  it('takes costs, families and cards from a folder, and reports unknown models', async () => {
    const folder = folderOf({
      'costs.csv': 'model,latency_ms_per_row,memory_mb\na,1.5,\nbb,2,3\nzebra,1,1\n',
      'a.csv': ONE,
      'a.json': '{"family": "graph", "costs": {"price_usd": {"value": 2, "unit": "USD"}}}',
      'bb.csv': ONE,
      'bb.json': '{"openml_task_id": 1}',
      'README.md': 'hello',
    });
    const { models, findings, inputs } = await importPredictions([folder], examples);
    expect(models.map(({ card }) => [card.name, card.family, { ...card.costs }])).toEqual([
      [
        'a',
        'graph',
        { latency_ms_per_row: { value: 1.5, unit: 'ms/row' }, price_usd: { value: 2, unit: 'USD' } },
      ],
      [
        'bb',
        'imported',
        { latency_ms_per_row: { value: 2, unit: 'ms/row' }, memory_mb: { value: 3, unit: 'MB' } },
      ],
    ]);
    const unknown = findings.find(({ code }) => code === 'unknown-model');
    expect(unknown?.message).toBe("model 'zebra' has costs but no predictions");
    const ignored = findings.find(({ message }) => message.includes('left alone'));
    expect(ignored?.count).toBe(2);
    expect(inputs.map(({ name }) => name)).toEqual(['a.csv', 'bb.csv', 'costs.csv', 'a.json']);
  });

  it('imports the columns of the data file itself by position only when it is that file', async () => {
    const text = 'target,a,b\nexact,exact,irrelevant\nexact,substitute,exact\nexact,exact,exact\n';
    const path = fileOf('task.csv', text);
    const dataFiles = [{ sha256: sha256(readFileSync(path)), firstRow: 0, rows: 3 }];
    const { models } = await importPredictions([path], examples, { dataFiles });
    expect(plain(models[0].values)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
    const other = fileOf('task.csv', text.replace('irrelevant', 'complement'));
    const error = await errorOf(importPredictions([other], examples, { dataFiles }));
    expect(error.message).toContain('rows are never joined by their order alone');
  });
});

describe('RELIABILITY: values', () => {
  it.each(['NaN', '', 'Inf', '1e999', '0x10', 'nan'])(
    '8: %j where a number is due is an error at its line',
    async (cell) => {
      const error = await refusal(ONE.replace('12,0.1', `12,${cell}`));
      expect(error.line).toBe(3);
      expect(error.message).toContain(`value '${cell}' in column 'p_exact'`);
      expect(error.hint).toContain(['', 'NaN', 'nan'].includes(cell) ? '--missing' : '--rejects');
    },
  );

  it('8: --missing opts in, for empty and NaN only, and reports coverage', async () => {
    const { models, findings } = await importText(ONE.replace('12,0.1', '12,NaN'), { missingValues: true });
    expect([models[0].card.covered, Array.from(models[0].missing!)]).toEqual([2, [0, 1, 0]]);
    expect(Number.isNaN(models[0].values[4])).toBe(true);
    const coverage = findings.find(({ code }) => code === 'coverage');
    expect(coverage?.message).toBe("model 'bert' covers 2 of 3 examples; without: '12'");
    expect((await refusal(ONE.replace('12,0.1', '12,abc'), { missingValues: true })).line).toBe(3);
  });

  it('9: a decimal comma is an error that says so', async () => {
    const error = await refusal(ONE.replaceAll(',', ';').replace('12;0.1', '12;0,1'), { delimiter: ';' });
    expect([error.line, error.hint]).toEqual([3, 'write numbers with a decimal point']);
  });

  it('15: sums off by more than 1e-3 name the worst row; --renormalise divides', async () => {
    const text = ONE.replace('11,0.7', '11,0.71').replace('13,0.25', '13,0.85');
    const error = await refusal(text);
    expect(error.message).toBe(
      "probabilities of model 'bert' sum to 1.6, not 1; this is the worst of 2 rows",
    );
    expect([error.line, error.hint?.includes('--renormalise')]).toEqual([4, true]);
    const { models } = await importText(text, { renormalise: true });
    expect(plain(models[0].values.subarray(8))).toEqual([0.53125, 0.15625, 0.15625, 0.15625]);
    expect(models[0].card.notes).toEqual(['2 rows did not sum to 1 and were divided by their sum']);
    expect((await importText(ONE.replace('11,0.7', '11,0.7009'))).models).toHaveLength(1);
    expect((await refusal(ONE.replace('11,0.7', '11,0.7012'))).line).toBe(2);
    const zeros = ONE.replace('12,0.1,0.7,0.1,0.1', '12,0,0,0,0');
    expect((await refusal(zeros, { renormalise: true })).line).toBe(3);
    // both halves of that hint at once were taken, and the sums left as they were
    const both = await refusal(text, { renormalise: true, kind: 'logits' });
    expect([both.code, both.hint]).toEqual(['usage', expect.stringContaining('--renormalise alone')]);
  });

  it('16: values out of [0, 1] hint --kind logits; softmax survives 1000', async () => {
    const logits = `${HEADER}11,1000,-1000,0,0\n12,-1000,1000,1000,-1000\n13,2,1,0,-1\n`;
    const error = await refusal(logits);
    expect(error.message).toContain("value 1000 in column 'p_exact' is no probability between 0 and 1");
    expect([error.line, error.hint]).toEqual([2, 'if the numbers are logits, say so with --kind logits']);
    const { models } = await importText(logits, { kind: 'logits' });
    expect(plain(models[0].values.subarray(0, 8))).toEqual([1, 0, 0, 0, 0, 0.5, 0.5, 0]);
    const total = Math.exp(2) + Math.E + 1 + Math.exp(-1);
    expect(models[0].values[8]).toBeCloseTo(Math.exp(2) / total, 6);
    expect(models[0].card.notes).toEqual(['logits, stored after softmax']);
    const flat = await importText(ONE, { kind: 'logits' });
    expect(flat.findings.map(({ code }) => code)).toContain('logits-are-probabilities');
  });

  it('16: rounding noise past 0 and 1 is cut off there, of all classes or of one; more is an error', async () => {
    const noisy = `${HEADER}11,-0.0000008,1.0000008,0,0\n12,0.5,0.5,0,-9e-7\n13,1,0,0,0\n`;
    const { models } = await importText(noisy);
    expect([...models[0].values]).toEqual([0, 1, 0, 0, 0.5, 0.5, 0, 0, 1, 0, 0, 0]);
    expect((await refusal(noisy.replace('-9e-7', '-2e-6'))).message).toContain('value -0.000002 in column');
    const two = examplesOf(['11', '12'], [], ['no', 'yes']);
    const single = fileOf('m.csv', 'example_id,p_yes\n11,1.0000008\n12,-8e-7\n');
    expect([...(await importPredictions([single], two)).models[0].values]).toEqual([0, 1, 1, 0]);
  });

  it('17: an unknown label is an error with its line and the classes', async () => {
    const error = await refusal('example_id,esci_label\n11,E\n12,Q\n13,exact\n');
    expect(error.message).toContain("label 'Q' in column 'esci_label' is no class");
    expect(error.line).toBe(3);
    expect(error.hint).toBe(
      'classes are exact, substitute, complement, irrelevant; --missing imports other answers as missing',
    );
    const number = await refusal('example_id,prediction\n11,0\n12,1\n13,2\n');
    expect(number.hint).toContain('--class-order');
    const { models } = await importText('example_id,prediction\n11,0\n12,1\n13,2\n', {
      classOrder: ['irrelevant', 'complement', 'substitute', 'exact'],
    });
    expect(plain(models[0].values)).toEqual([0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0]);
    const words = await importText('example_id,esci_label\n11,E\n12,substitute\n13,Irrelevant\n');
    expect([words.models[0].card.kind, plain(words.models[0].values)]).toEqual([
      'labels',
      [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1],
    ]);
  });

  it('17: numbers mean what the label map of the examples says', async () => {
    const two = examplesOf(['11', '12'], [], ['no', 'yes']);
    const labelMap = new Map([
      ['0', 'no'],
      ['1', 'yes'],
    ]);
    const text = 'example_id,a_prediction,b_0,b_1\n11,1,0.75,0.25\n12,0,0.5,0.5\n';
    const { models } = await importPredictions([fileOf('m.csv', text)], two, { labelMap });
    expect(models.map(({ values }) => plain(values))).toEqual([
      [0, 1, 1, 0],
      [0.75, 0.25, 0.5, 0.5],
    ]);
  });

  it('17: a few stray answers of many are missing, with a warning; more are an error', async () => {
    const ids = Array.from({ length: 100 }, (_, row) => String(row));
    const file = (strays: number) =>
      fileOf(
        'llm.csv',
        `example_id,prediction\n${ids.map((id, row) => `${id},${row < strays ? 'Sorry' : 'E'}`).join('\n')}\n`,
      );
    const { models, findings } = await importPredictions([file(2)], examplesOf(ids));
    expect(models[0].card.covered).toBe(98);
    const stray = findings.find(({ code }) => code === 'stray-answers');
    expect([stray?.count, stray?.places?.[0].line, stray?.message]).toEqual([
      2,
      2,
      "model 'llm' gave answers that are no class ('Sorry'); these rows count as missing",
    ]);
    const error = await errorOf(importPredictions([file(3)], examplesOf(ids)));
    expect([error.line, error.hint?.includes('--missing')]).toEqual([2, true]);
    const opted = await importPredictions([file(3)], examplesOf(ids), { missingValues: true });
    expect(opted.models[0].card.covered).toBe(97);
  });
});

describe('RELIABILITY: rows', () => {
  it('10: a duplicate id names both places, also over two files', async () => {
    const error = await refusal(ONE.replace('13,', '11,'));
    expect(error.message).toMatch(
      /^example '11' is predicted twice by model 'bert'; first at .*bert\.csv:2$/,
    );
    expect(error.line).toBe(4);
    const folder = folderOf({ 'a.csv': ONE, 'a.tsv': ONE.replaceAll(',', '\t') });
    const twice = await errorOf(importPredictions([folder], examples));
    expect(twice.message).toMatch(/first at .*a\.csv:2$/);
    expect([twice.path?.endsWith('a.tsv'), twice.line]).toEqual([true, 2]);
  });

  it('11: ids beyond 2^53 keep their identity', async () => {
    const wide = examplesOf(['9007199254740993', '9007199254740992']);
    const text = `${HEADER}9007199254740992,1,0,0,0\n9007199254740993,0,1,0,0\n`;
    const { models } = await importPredictions([fileOf('m.csv', text)], wide);
    expect(plain(models[0].values)).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
    const jsonl =
      '{"example_id":9007199254740992,"E":1,"S":0,"C":0,"I":0}\n{"example_id":9007199254740993,"E":0,"S":1,"C":0,"I":0}\n';
    const again = await importPredictions([fileOf('m.jsonl', jsonl)], wide);
    expect(again.models[0].card.sha256).toBe(models[0].card.sha256);
  });

  it('12: a model that misses rows: count and first ids; --allow-missing reports coverage', async () => {
    const text = ONE.slice(0, ONE.indexOf('12,'));
    const error = await refusal(text);
    expect(error.message).toBe("model 'bert' has no prediction for 2 of 3 examples: '12', '13'");
    expect(error.hint).toContain('--allow-missing');
    const { models, findings } = await importText(text, { allowMissing: true });
    expect([models[0].card.covered, Array.from(models[0].missing!)]).toEqual([1, [0, 1, 1]]);
    expect(findings.find(({ code }) => code === 'coverage')?.count).toBe(2);
  });

  it('13: extra ids are an error unless told; a file of other examples always is', async () => {
    const text = `${ONE}77,0.25,0.25,0.25,0.25\n`;
    const error = await refusal(text);
    expect([error.line, error.message]).toEqual([
      5,
      "1 of 4 ids in column 'example_id' are no examples: the file has '77'; the examples have '11', '12', '13'",
    ]);
    expect(error.hint).toContain('--allow-extra');
    const { models } = await importText(text, { allowExtra: true });
    expect([models[0].card.covered, models[0].card.notes]).toEqual([
      3,
      ['1 rows are of other examples and were left out'],
    ]);
    const others = `${HEADER}77,1,0,0,0\n78,1,0,0,0\n`;
    const foreign = await refusal(others);
    expect(foreign.message).toBe(
      "none of the 2 ids in column 'example_id' is an example: the file has '77', '78'; the examples have '11', '12', '13'",
    );
    expect(foreign.hint).toContain('--key');
    const nothing = await refusal(others, { allowExtra: true, allowMissing: true });
    expect(nothing.message).toContain('has no prediction for 3 of 3 examples');
    const folder = folderOf({ 'a.csv': ONE, 'a.tsv': others.replaceAll(',', '\t') });
    expect((await importPredictions([folder], examples, { allowExtra: true })).models[0].card.covered).toBe(
      3,
    );
  });

  it('18: warns when a permutation of the classes would raise accuracy by over 10 points', async () => {
    const ids = Array.from({ length: 40 }, (_, row) => String(row));
    const labels = ids.map((_, row) => row % 4);
    const swapped = ids.map(
      (id, row) => `${id},${[0, 1, 2, 3].map((k) => (k === (row + 1) % 4 ? 0.7 : 0.1)).join(',')}`,
    );
    const { findings } = await importPredictions(
      [fileOf('m.csv', `${HEADER}${swapped.join('\n')}\n`)],
      examplesOf(ids, labels),
    );
    const order = findings.find(({ code }) => code === 'class-order');
    expect([order?.severity, order?.message]).toEqual([
      'warning',
      "model 'm' would be right on 100.0% instead of 0.0% of 40 labelled rows if its classes stood in the order irrelevant, exact, substitute, complement",
    ]);
  });

  it('20: skipping bad rows writes a rejects file and accounts for every row', async () => {
    const text = ONE.replace('11,0.7', '11,x').replace('12,0.1', '12,9');
    const rejects = join(folderOf({}), 'rejects.jsonl');
    const { models } = await importText(text, { rejects });
    expect([models[0].card.covered, models[0].card.notes]).toEqual([1, ['2 rows were rejected']]);
    const rows = readFileSync(rejects, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ line, row, model, reason }) => [line, row, model, reason])).toEqual([
      [2, 0, 'bert', "value 'x' in column 'p_exact' is not a number"],
      [3, 1, 'bert', "value 9 in column 'p_exact' is no probability between 0 and 1"],
    ]);
    await importText(ONE, { rejects });
    expect(readFileSync(rejects, 'utf8')).toBe('');
  });

  it('7: an empty file, a header only, an unknown ending and an empty folder are errors', async () => {
    expect((await refusal('')).code).toBe('data');
    expect((await refusal(HEADER)).message).toMatch(/no rows/);
    const pickle = await errorOf(importPredictions([fileOf('m.pkl', 'x')], examples));
    expect(pickle.hint).toContain('numpy.save');
    const empty = await errorOf(importPredictions([folderOf({})], examples));
    expect(empty.message).toBe('folder holds no files');
    const none = await errorOf(importPredictions([fileOf('costs.csv', 'model,latency_ms\na,1\n')], examples));
    expect(none.message).toBe('no predictions are found');
    const absent = await errorOf(importPredictions([join(folderOf({}), 'nowhere')], examples));
    expect(absent.code).toBe('io');
  });

  it('21: a corrupt parquet or Arrow file is an error that names it', async () => {
    for (const name of ['m.parquet', 'm.arrow']) {
      const error = await errorOf(importPredictions([fileOf(name, 'PAR1 no more')], examples));
      expect([error.code, error.path?.endsWith(name)]).toEqual(['data', true]);
    }
  });

  it('refuses --model for several files, and one model of two kinds', async () => {
    const folder = folderOf({ 'a.csv': ONE, 'b.csv': ONE });
    expect((await errorOf(importPredictions([folder], examples, { model: 'x' }))).code).toBe('usage');
    const mixed = folderOf({
      'a.csv': `${HEADER}11,1,0,0,0\n`,
      'a.tsv': 'example_id\tprediction\n12\tE\n13\tE\n',
    });
    const error = await errorOf(importPredictions([mixed], examples));
    expect(error.message).toMatch(/^model 'a' holds labels; in '.*a\.csv' it holds probabilities$/);
  });
});
