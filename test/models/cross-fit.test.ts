import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeExamples } from '../../src/data/examples/file.js';
import { chooseModels } from '../../src/models/choose.js';
import type { CrossFitResult } from '../../src/models/cross-fit/result.js';
import { type CrossFitOptions, type CrossFitProgress, crossFit } from '../../src/models/cross-fit.js';
import { loadModel } from '../../src/models/load.js';
import { accuracy, floor, rowsWhere, shop } from './shop.js';

const built = existsSync(
  join(dirname(fileURLToPath(import.meta.url)), '../../dist/models/cross-fit.worker.js'),
);
const folder = mkdtempSync(join(tmpdir(), 'cross-fit-'));
const examplesPath = join(folder, 'examples.arrow');
const examples = shop({ queries: 40, perQuery: 6 });
const foldOf = Int16Array.from(examples.group, (group) => (group < 34 ? group % 2 : -1));
const models = ['lexical', 'graphsage'];

beforeAll(() => writeExamples(examplesPath, examples));
afterAll(() => rmSync(folder, { recursive: true }));

/** Checkpoints in memory. */
function memory(kept = new Map<string, Uint8Array>()) {
  return {
    kept,
    load: async (name: string) => kept.get(name) ?? null,
    save: async (name: string, bytes: Uint8Array) => {
      kept.set(name, bytes);
    },
  };
}

type More = Partial<Omit<CrossFitOptions, 'models'>> & { readonly models?: readonly string[] };

async function fitAll(checkpoints: ReturnType<typeof memory>, more: More = {}) {
  const settings = { examplesPath, foldOf, folds: 2, seed: 1, threads: 2, checkpoints, ...more };
  return crossFit({ ...settings, models: await chooseModels(more.models ?? models) });
}

const withoutLatency = (results: CrossFitResult[]) =>
  results.map(({ latency: _, fitSeconds: _seconds, ...rest }) => rest);

describe.skipIf(!built)('cross-fitting (needs the build)', () => {
  const whole = memory();
  const progress: CrossFitProgress[] = [];
  let results: CrossFitResult[] = [];

  beforeAll(async () => {
    results = await fitAll(whole, { onProgress: (point) => progress.push(point) });
  });

  it('predicts every row, out of fold and by the refit, in the order of the models', async () => {
    expect(results.map(({ name, family }) => [name, family])).toEqual([
      ['lexical', 'text'],
      ['graphsage', 'graph'],
    ]);
    const every = rowsWhere(examples, () => true);
    for (const { probabilities, curves, latency, files } of results) {
      expect(probabilities).toHaveLength(examples.rows * 4);
      expect(accuracy(examples, every, probabilities)).toBeGreaterThan(floor(examples, every));
      expect(curves.map(({ fold }) => fold)).toEqual(['refit', 0, 1]);
      expect(latency.bulk).toBeGreaterThan(0);
      expect(latency.p50).toBeGreaterThan(0);
      expect(latency.p95).toBeGreaterThanOrEqual(latency.p50);
      const test = rowsWhere(examples, (group) => group >= 34);
      const refit = await loadModel(files);
      expect(await refit.predict(examples, test)).toEqual(probabilities.slice(test[0] * 4));
      refit.dispose();
    }
  });

  it('reports every epoch, and how many fits are done', () => {
    expect(new Set(progress.map(({ model, fold }) => `${model}/${fold}`)).size).toBe(6);
    expect(progress.every(({ total, done, epoch }) => total === 6 && done < 6 && epoch >= 1)).toBe(true);
  });

  it('gives the same bytes on one thread, and resumed from half of the checkpoints', async () => {
    const names = [...whole.kept.keys()].sort();
    expect(names).toHaveLength(6);
    const half = memory(new Map(names.slice(0, 3).map((name) => [name, whole.kept.get(name)!])));
    half.kept.set(names[0], whole.kept.get(names[0])!.slice(0, 50));
    const seen: CrossFitProgress[] = [];
    const resumed = await fitAll(half, { threads: 1, onProgress: (point) => seen.push(point) });
    expect(withoutLatency(resumed)).toEqual(withoutLatency(results));
    expect(new Set(seen.map(({ model, fold }) => `${model}/${fold}`)).size).toBe(4);
    const again = await fitAll(whole, { onProgress: () => expect.unreachable() });
    expect(again).toEqual(results);
  });

  it('does not use checkpoints of another seed', async () => {
    const other = await fitAll(memory(whole.kept), { seed: 2, models: ['lexical'] });
    expect(other[0].probabilities).not.toEqual(results[0].probabilities);
  });

  it('still refits and saves where every row is in a fold', async () => {
    const everywhere = foldOf.map((fold) => Math.max(0, fold));
    const [lexical] = await fitAll(memory(), { foldOf: everywhere, models: ['lexical'] });
    expect(lexical.probabilities).toHaveLength(examples.rows * 4);
    expect(lexical.files.size).toBe(2);
  });

  it('stops when told, refuses unknown models and bad folds', async () => {
    const signal = AbortSignal.abort();
    await expect(fitAll(memory(), { signal })).rejects.toMatchObject({ code: 'interrupted' });
    await expect(fitAll(memory(), { models: ['lexicl'] })).rejects.toMatchObject({ code: 'usage' });
    await expect(fitAll(memory(), { folds: 1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(fitAll(memory(), { foldOf: foldOf.map((fold) => fold * 2) })).rejects.toMatchObject({
      code: 'internal',
    });
    await expect(fitAll(memory(), { models: [] })).resolves.toEqual([]);
  });
});
