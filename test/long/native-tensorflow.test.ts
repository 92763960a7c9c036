import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/data/examples/file.js';
import { evaluate, evaluationSet } from '../../src/evaluation/evaluate.js';
import type { Diagnosis } from '../../src/pipeline/machine.js';
import { readModelPredictions } from '../../src/predictions/store/store.js';
import { ROOT } from '../docs/markdown.js';
import { contents } from '../pipeline/task.js';

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** What the recipe needs and this machine lacks, in words; empty where it can be followed. */
const lacking = [
  [process.platform === 'linux' && process.arch === 'x64', 'Linux on x64'],
  [works('python3', '-m', 'pip', '--version'), 'pip'],
  [works('g++', '--version'), 'g++'],
  [existsSync(join(dirname(process.execPath), '../include/node/node_api.h')), 'headers of this Node'],
  [existsSync(join(ROOT, 'dist/.built')), 'the build'],
].flatMap(([there, what]) => (there ? [] : [what]));

const title = `native TensorFlow${lacking.length === 0 ? '' : ` (skipped without ${lacking.join(', ')})`}`;
const MODELS = ['lexical', 'two-tower'];

/** Far more than the backends differ by, far less than a model that learns nothing. */
const NOISE = 0.01;

describe.skipIf(lacking.length > 0)(title, { timeout: 600_000 }, () => {
  const copy = mkdtempSync(join(tmpdir(), 'esci-native-'));
  afterAll(() => rmSync(copy, { recursive: true }));

  const run = (command: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    return stdout;
  };
  const cli = (...args: string[]) => run(process.execPath, 'bin/esci-select.js', ...args);
  const trainOn = (backend: string, folder: string, threads: number) => {
    const small = ['--max-train-rows', '600', '--folds', '2', '--rounds', '20', '--no-measure'];
    const how = ['--threads', `${threads}`, '--backend', backend, '--models', MODELS.join(','), ...small];
    return cli('train', '--run', folder, '--json', '--quiet', ...how);
  };

  beforeAll(() => {
    for (const part of ['bin', 'dist', 'datasets', 'scripts', 'package.json', 'package-lock.json']) {
      cpSync(join(ROOT, part), join(copy, part), { recursive: true });
    }
    cpSync(realpathSync(join(ROOT, 'node_modules')), join(copy, 'node_modules'), { recursive: true });
    run('npm', 'run', 'native:build');
    trainOn('tensorflow', 'native', 2);
    trainOn('wasm', 'wasm', 2);
  }, 1_200_000);

  it('is built by the script, and named by doctor, which computes on it', () => {
    const { checks } = JSON.parse(cli('doctor', '--json')) as Diagnosis;
    expect(checks.find(({ name }) => name === 'native TensorFlow')).toEqual({
      name: 'native TensorFlow',
      status: 'ok',
      found: '4.22.0, computes; train --backend tensorflow uses it',
    });
  });

  it('scores as WebAssembly does, within noise, with other bytes and its name on the cards', async () => {
    const examples = await readExamples(join(copy, 'wasm/examples.arrow'), { text: false });
    const { classes } = examples.labelSpace;
    const labelled = Int32Array.from(examples.label.keys()).filter((row) => examples.label[row] >= 0);
    const set = evaluationSet(classes.length, examples.label, examples.group, labelled);
    const counts = classes.map((_, k) => labelled.filter((row) => examples.label[row] === k).length);
    const share = Math.max(...counts) / labelled.length;
    /** of answering the commonest class always: its F1, and 0 of the others */
    const constant = (2 * share) / (1 + share) / classes.length;
    const rowOf = (values: Float32Array, row: number) =>
      values.subarray(row * classes.length, (row + 1) * classes.length);
    for (const model of MODELS) {
      const of = (folder: string) =>
        readModelPredictions(join(copy, folder, `predictions/${model}.arrow`), examples.rows, classes);
      const [native, wasm] = [await of('native'), await of('wasm')];
      expect([native.card.backend, wasm.card.backend]).toEqual(['tensorflow', undefined]);
      expect(native.values).not.toEqual(wasm.values);
      const answers = [native, wasm].map(({ card, values }) => ({
        name: card.backend ?? 'wasm',
        probabilities: Float32Array.from(Array.from(labelled).flatMap((row) => [...rowOf(values, row)])),
        covered: null,
      }));
      const { evaluations, differences } = evaluate(set, answers, {
        replicates: 100,
        seed: 1,
        pairs: [[0, 1]],
      });
      const [{ difference }] = differences;
      expect(evaluations[0].macroF1).toBeGreaterThan(constant + 0.05);
      for (const score of ['accuracy', 'macroF1', 'weightedF1'] as const) {
        expect(Math.abs(difference[score]), `${model} ${score}`).toBeLessThan(NOISE);
      }
    }
  });

  it('gives the same bytes again, at another number of threads', () => {
    trainOn('tensorflow', 'again', 1);
    expect(contents(join(copy, 'again'))).toEqual(contents(join(copy, 'native')));
  });

  it('is part of what a run is: asked for the other backend, it trains anew, to the bytes of that', () => {
    trainOn('wasm', 'native', 2);
    expect(contents(join(copy, 'native'))).toEqual(contents(join(copy, 'wasm')));
  });
});
