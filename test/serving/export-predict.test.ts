import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArrow } from '../../src/io/arrow/read.js';
import type { NumberColumn, Table } from '../../src/io/table.js';
import type { PipelineEvent } from '../../src/pipeline/events.js';
import { loadRun } from '../../src/pipeline/files/load-run.js';
import { exportBundle, predict, rank } from '../../src/pipeline.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { openBundle } from '../../src/serving/bundle/open.js';
import { esciSelect } from '../cli/in-process.js';
import { built, CLASSES, type Deployed, deploy } from './deployed.js';

let deployed: Deployed;
beforeAll(async () => {
  if (built) deployed = await deploy();
});
afterAll(() => {
  if (built) rmSync(deployed.folder, { recursive: true });
});

const numbers = (table: Table, name: string) => table.columns.get(name)!.values as Float32Array;
const isMissing = (table: Table, name: string, row: number) =>
  Number.isNaN(numbers(table, name)[row]) || (table.columns.get(name) as NumberColumn).missing?.[row] === 1;
const answersTo = async (name: string, more: object = {}) => {
  const { bundle, data, predictions, folder } = deployed;
  const out = join(folder, name);
  const asked = { bundle, data: [data], predictions: [predictions], out, explain: true, ...more };
  return { out, written: await predict(asked, { threads: 1 }) };
};

describe.skipIf(!built)('export and predict (needs npm run build)', () => {
  it('answers as the run stored for rows that only the refit has seen: bit for bit by text, 1e-6 by graph', async () => {
    const { out } = await answersTo('all.arrow');
    const table = await readArrow(out);
    const { matrix, protocol } = await loadRun(await RunFolder.open(deployed.run));
    const test = [...protocol.foldOf.keys()].filter((row) => protocol.foldOf[row] < 0);
    expect(test.length).toBeGreaterThan(50);
    const largest = new Map<string, number>();
    matrix.cards.forEach(({ name }, model) => {
      CLASSES.forEach((label, k) => {
        const found = numbers(table, `model ${name} ${label}`);
        for (const row of test) {
          const stored = matrix.values[(row * matrix.cards.length + model) * CLASSES.length + k];
          largest.set(name, Math.max(largest.get(name) ?? 0, Math.abs(found[row] - stored)));
        }
      });
    });
    expect(largest.get('lexical')).toBe(0);
    expect(largest.get('lengths')).toBe(0);
    expect(largest.get('theirs')).toBe(0);
    expect(largest.get('graphsage')).toBeLessThan(1e-6);
  });

  it('explains margins that add up, and answers by the rule of the decision', async () => {
    const { out } = await answersTo('explained.arrow');
    const table = await readArrow(out);
    const { ensembles } = (await openBundle(deployed.bundle)).manifest;
    const labels = table.columns.get('label')!.values as string[];
    for (let row = 0; row < table.rows; row += 17) {
      const margins = CLASSES.map((name) => numbers(table, `margin ${name}`)[row]);
      const shifted = margins.map((margin, k) => margin + ensembles[0].rule.offsets[k]);
      expect(labels[row]).toBe(CLASSES[shifted.indexOf(Math.max(...shifted))]);
      const powers = margins.map(Math.exp);
      expect(numbers(table, 'p_exact')[row]).toBeCloseTo(powers[0] / powers.reduce((a, b) => a + b), 5);
    }
    const parts = (row: number, name: string) =>
      ensembles[0].models.reduce((sum, model) => sum + numbers(table, `shap ${model} ${name}`)[row], 0);
    const bias = (row: number) =>
      CLASSES.map((name) => numbers(table, `margin ${name}`)[row] - parts(row, name));
    expect(bias(3).map((value) => value.toFixed(4))).toEqual(bias(40).map((value) => value.toFixed(4)));
  });

  it('gives the same bytes with a cache, cold and warm', async () => {
    const cache = join(deployed.folder, 'predict-cache');
    const bytes = async (name: string, more: object) => readFileSync((await answersTo(name, more)).out);
    const without = await bytes('plain.csv', {});
    expect(await bytes('cold.csv', { cache })).toEqual(without);
    expect(await bytes('warm.csv', { cache })).toEqual(without);
  });

  it('names the models that are silent where no answers are given', async () => {
    const { written } = await answersTo('silent.csv', { predictions: [] });
    expect(written.silent).toEqual({ theirs: written.rows });
    expect(readFileSync(join(deployed.folder, 'silent.csv'), 'utf8')).toContain(',theirs,');
  });

  it('uses answers of models of the bundle only, and says whose it does not use', async () => {
    const { bundle, data, predictions, folder } = deployed;
    const stranger = join(folder, 'stranger.csv');
    cpSync(predictions, stranger);
    const notes: string[] = [];
    const context = {
      threads: 1,
      onEvent: (event: PipelineEvent) => event.kind === 'note' && notes.push(event.message),
    };
    const asked = { bundle, data: [data], explain: true };
    const out = join(folder, 'both.csv');
    await predict({ ...asked, predictions: [stranger, predictions], out }, context);
    expect(readFileSync(out)).toEqual(readFileSync((await answersTo('own.csv')).out));
    expect(notes).toEqual([expect.stringContaining('answers of stranger are not used')]);
    await expect(predict({ ...asked, predictions: [stranger], out }, context)).rejects.toMatchObject({
      message: "answers are of 'stranger', none of the bundle's",
    });
  });

  it('goes on from finished parts, and leaves none behind', async () => {
    const controller = new AbortController();
    const context = { threads: 1, signal: controller.signal, onEvent: () => controller.abort() };
    const { bundle, data, folder } = deployed;
    const many = readFileSync(data, 'utf8').split('\n');
    const path = join(folder, 'many.csv');
    const rows = Array.from({ length: 20 }, () => many.slice(1, -1)).flat();
    writeFileSync(path, [many[0], ...rows.map((line, at) => line.replace(/^\d+/, String(at)))].join('\n'));
    const out = join(folder, 'many-answers.csv');
    const asked = { bundle, data: [path], out };
    await expect(predict(asked, context)).rejects.toMatchObject({ code: 'interrupted' });
    expect(readdirSync(join(folder, '.many-answers.csv.parts'))).toHaveLength(1);
    const { rows: written } = await predict(asked, { threads: 1 });
    expect(written).toBe(rows.length);
    expect(readdirSync(folder)).not.toContain('.many-answers.csv.parts');
  });

  it('deploys a set of its own for a locale, with its rule', async () => {
    const run = join(deployed.folder, 'run-locales');
    cpSync(deployed.run, run, { recursive: true });
    const budgets = ['3', 'es:1'];
    const decision = await rank(
      { run, budgets, decide: 'argmax', replicates: 20, force: false },
      { threads: 0 },
    );
    const out = join(deployed.folder, 'bundle-locales');
    const { locales } = await exportBundle({ run, out, modules: [deployed.module] }, { threads: 1 });
    expect(locales).toEqual(['es']);
    const { manifest } = await openBundle(out);
    expect([...manifest.ensembles[1].models].sort()).toEqual([...decision.localeBudgets![0].kept].sort());
    expect(manifest.ensembles.map(({ rule }) => rule.name)).toEqual(['argmax', 'argmax']);
    const answers = await answersTo('locales.arrow', { bundle: out });
    const table = await readArrow(answers.out);
    const locale = table.columns.get('locale')!.values as string[];
    const asked = (row: number) =>
      ['lexical', 'graphsage', 'lengths', 'theirs'].filter(
        (model) =>
          table.columns.has(`model ${model} exact`) && !isMissing(table, `model ${model} exact`, row),
      );
    expect(asked(locale.indexOf('es'))).toEqual(decision.localeBudgets![0].kept);
  });

  it('refuses a bundle that is not as its hashes say, with exit code 3 and the path', async () => {
    const broken = join(deployed.folder, 'broken');
    for (const name of ['model.json', 'columns.json', 'models/lexical/weights.bin', 'bundle.json']) {
      rmSync(broken, { recursive: true, force: true });
      cpSync(deployed.bundle, broken, { recursive: true });
      const path = join(broken, name);
      const bytes = readFileSync(path);
      const at = name === 'bundle.json' ? bytes.indexOf('"version": "') + 12 : Math.floor(bytes.length / 2);
      bytes[at] ^= 1;
      writeFileSync(path, bytes);
      const { status, stderr } = await esciSelect(
        ...['predict', '--bundle', broken, '--data', deployed.data, '--out', join(deployed.folder, 'no.csv')],
      );
      expect([status, stderr.includes(path)], stderr).toEqual([3, true]);
    }
  });

  it('tells a run from a bundle, in words that do not replace the run', async () => {
    const { run, data, folder } = deployed;
    const { status, stderr } = await esciSelect(
      ...['predict', '--bundle', run, '--data', data, '--out', join(folder, 'no.csv')],
    );
    expect(status).toBe(2);
    expect(stderr).toContain('folder is a run, not a bundle');
    expect(stderr).toContain(`esci-select export --run ${run} --out bundle`);
    await expect(
      exportBundle({ run, out: run, modules: [deployed.module] }, { threads: 1 }),
    ).rejects.toMatchObject({
      message: 'folder holds something other than a bundle',
    });
  });

  it('does not deploy an own model whose module is not named, or has changed', async () => {
    const { run, folder } = deployed;
    const out = join(folder, 'never');
    await expect(exportBundle({ run, out }, { threads: 1 })).rejects.toMatchObject({ code: 'usage' });
    const changed = join(folder, 'changed.mjs');
    writeFileSync(changed, `${readFileSync(deployed.module, 'utf8')}\n`);
    await expect(exportBundle({ run, out, modules: [changed] }, { threads: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('none that is named has its hash'),
    });
    expect(readdirSync(folder)).not.toContain('never');
  });
});
