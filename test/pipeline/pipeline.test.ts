import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EsciSelectError } from '../../src/errors.js';
import { addPredictions, explain, rank, report, type TrainOptions, train } from '../../src/pipeline.js';
import { naiveScores } from '../oracles/scores.js';
import { CLASSES, contents, listening, makeTask, type Task, trainOptions, writePredictions } from './task.js';

const RANK = { replicates: 200, force: false };
/** For what does not depend on how good the trees are. */
const FEW_ROUNDS = { boosting: { rounds: 8, learningRate: 0.4, earlyStoppingRounds: 4 } };

async function trainAndRank(task: Task, run: string, threads: number, more: Partial<TrainOptions> = {}) {
  const { context } = listening(threads);
  await train(trainOptions(task, run, more), context);
  return rank({ ...RANK, run: join(task.folder, run), budgets: ['2'] }, context);
}

async function failureOf(work: Promise<unknown>): Promise<EsciSelectError> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(EsciSelectError);
  return error;
}

const argmax = (row: readonly number[]) => row.indexOf(Math.max(...row));

describe('train and rank on imported predictions', () => {
  const task = makeTask({ queries: 40 });
  const decided = trainAndRank(task, 'main', 0);

  it('scores every imported model over all labelled rows, as computed independently', async () => {
    const { metrics, protocol } = await decided;
    expect(protocol.mode).toBe('cross-validated');
    for (const [model, table] of task.probabilities) {
      const expected = naiveScores(task.labels, table.map(argmax));
      const found = metrics.models[model];
      expect(found.rows).toBe(task.labels.length);
      expect(Math.abs(found.accuracy - expected.accuracy)).toBeLessThan(1e-6);
      expect(Math.abs(found.macroF1 - expected.macroF1)).toBeLessThan(1e-6);
      expect(Math.abs(found.weightedF1 - expected.weightedF1)).toBeLessThan(1e-6);
    }
  });

  it('ranks the two models that know something first, keeps them, and beats each in all three scores', async () => {
    const { ranking, kept, metrics } = await decided;
    expect(kept.toSorted()).toEqual(['first', 'second']);
    expect(ranking[2].model).toBe('noise');
    expect(ranking.map(({ rank: place }) => place)).toEqual([1, 2, 3]);
    expect(ranking.filter((line) => line.kept).map(({ model }) => model)).toEqual(kept);
    for (const score of ['accuracy', 'macroF1', 'weightedF1'] as const) {
      for (const model of ['first', 'second']) {
        expect(metrics.pruned[score]).toBeGreaterThan(metrics.models[model][score]);
      }
    }
    expect(metrics.floor.accuracy).toBeCloseTo(
      naiveScores(
        task.labels,
        task.labels.map(() => 0),
      ).accuracy,
      12,
    );
  });

  it('says how sure contributions, ranks and the choice are, and what other numbers of models would buy', async () => {
    const { ranking, frontiers, kept } = await decided;
    for (const { model, shap, rank: place, evidence } of ranking) {
      expect(evidence!.shap.low).toBeLessThan(shap);
      expect(evidence!.shap.high).toBeGreaterThan(shap);
      expect(evidence!.rank.low).toBeLessThanOrEqual(place);
      expect(evidence!.rank.high).toBeGreaterThanOrEqual(place);
      expect(evidence!.keptShare, model).toBeCloseTo(kept.includes(model) ? 1 : 0, 1);
    }
    expect(frontiers!.map(({ cost }) => cost)).toEqual(['models', 'latency_ms']);
    const [byCount, byLatency] = frontiers!.map(({ points }) => points.map(({ models }) => models.join(' ')));
    expect(byCount[0].split(' ')).toHaveLength(1);
    expect(byCount).toContain(kept.join(' '));
    expect(byLatency[0]).toBe('second'); // the cheapest of all is no better than chance
    for (const { points } of frontiers!) {
      expect(points.map(({ cost }) => cost)).toEqual(
        points.map(({ cost }) => cost).toSorted((a, b) => a - b),
      );
      expect(points.map(({ score }) => score)).toEqual(points.map(({ score }) => score).toSorted());
    }
  });

  it('adds up on every row', async () => {
    const { additivity, explainedRows } = await decided;
    expect(explainedRows).toBe(task.labels.length);
    expect(additivity.relative).toBeLessThan(1e-5);
  });

  it('takes costs from costs.csv and keeps what fits them', async () => {
    await decided;
    const { context } = listening(0);
    const run = join(task.folder, 'main');
    const cheap = await rank({ ...RANK, run, budgets: ['latency_ms=9'] }, context);
    expect(cheap.kept).toEqual(['second']);
    expect(cheap.ranking.find(({ model }) => model === 'first')!.costs.latency_ms).toBe(10);
    const infeasible = await failureOf(rank({ ...RANK, run, budgets: ['latency_ms=0.5'] }, context));
    expect(infeasible.code).toBe('infeasible');
  });

  it('lets costs declared with --costs win over those beside the predictions, per_row or not', async () => {
    const dear = makeTask({ queries: 12, seed: 14 });
    const costs = join(dear.folder, 'my-costs.csv');
    writeFileSync(costs, 'model,latency_ms_per_row,price\nfirst,1,2\nsecond,30,3\n');
    const { context } = listening(0);
    await train(trainOptions(dear, 'run', { ...FEW_ROUNDS, costs: [costs] }), context);
    const decision = await rank(
      { ...RANK, run: join(dear.folder, 'run'), budgets: ['latency_ms=5'] },
      context,
    );
    const line = (model: string) => decision.ranking.find((ranked) => ranked.model === model)!;
    expect({ ...line('first').costs }).toEqual({ latency_ms: 1, price: 2 });
    expect({ ...line('second').costs }).toEqual({ latency_ms: 30, price: 3 });
    expect({ ...line('noise').costs }).toEqual({ latency_ms: 1 });
    expect(decision.kept).toEqual(['first']);
  });

  it('explains an example: bias and contributions sum to the margin of every class', async () => {
    await decided;
    const explanation = await explain({ run: join(task.folder, 'main'), example: '17' });
    for (const name of CLASSES) {
      for (const part of ['shap', 'groupShap'] as const) {
        const sum = explanation.models.reduce(
          (total, model) => total + model[part][name],
          explanation.bias[name],
        );
        expect(sum).toBeCloseTo(explanation.margin[name], 5);
      }
    }
    expect(explanation.example.label).toBe(CLASSES[task.labels[17]]);
    const unknown = await failureOf(explain({ run: join(task.folder, 'main'), example: '17x' }));
    expect(unknown.hint).toContain("'17'");
  });

  it('writes a report without paths of this machine, the same bytes every time', async () => {
    await decided;
    const run = join(task.folder, 'main');
    const { files } = await report({ run, out: join(task.folder, 'a') });
    await report({ run, out: join(task.folder, 'b') });
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(text).not.toContain(task.folder);
      expect(readFileSync(file.replace('/a/', '/b/'), 'utf8')).toBe(text);
    }
  });
});

describe('a run folder', () => {
  const task = makeTask({ queries: 14, seed: 4 });
  const at = (run: string) => join(task.folder, run);
  const trained = train(trainOptions(task, 'trained', FEW_ROUNDS), listening(1).context);
  const ranked = trained.then(() => copied('one'));

  /** A copy of the trained run, with a decision. */
  async function copied(run: string): Promise<void> {
    cpSync(at('trained'), at(run), { recursive: true });
    await rank({ ...RANK, run: at(run), budgets: ['2'] }, listening(1).context);
  }

  it('has the same bytes at 1 and 2 threads', async () => {
    await ranked;
    await trainAndRank(task, 'two', 2, FEW_ROUNDS);
    const [one, two] = ['one', 'two'].map((run) => contents(at(run)));
    expect([...one.keys()]).toEqual([...two.keys()]);
    for (const [file, bytes] of one) expect(two.get(file), file).toBe(bytes);
  });

  it('is left alone by a second train with the same inputs', async () => {
    await ranked;
    const before = contents(at('one'));
    const { context, events } = listening(0);
    await train(trainOptions(task, 'one', FEW_ROUNDS), context);
    expect(
      events.filter(({ kind }) => kind === 'kept').map((event) => 'stage' in event && event.stage),
    ).toEqual(['data', 'import', 'ensemble']);
    expect(contents(at('one'))).toEqual(before);
  });

  it('ends with the same bytes when train is interrupted at any stage and run again', async () => {
    await trained;
    for (const stop of ['import', 'ensemble']) {
      const controller = new AbortController();
      const run = `cut-${stop}`;
      const context = {
        threads: 1,
        signal: controller.signal,
        onEvent: (event: { kind: string; stage?: string }) => {
          if (event.kind === 'progress' && event.stage === stop)
            controller.abort(new EsciSelectError('interrupted', 'stop'));
        },
      };
      const error = await failureOf(train(trainOptions(task, run, FEW_ROUNDS), context));
      expect(error.code).toBe('interrupted');
      expect(existsSync(join(at(run), 'ensemble/model.json'))).toBe(false);
      await train(trainOptions(task, run, FEW_ROUNDS), listening(0).context);
      expect(contents(at(run))).toEqual(contents(at('trained')));
    }
  });

  it('refuses other data unless forced, and then holds only that', async () => {
    await trained;
    const other = makeTask({ queries: 12, seed: 8 });
    cpSync(at('trained'), at('forced'), { recursive: true });
    const options = { ...trainOptions(other, 'run', FEW_ROUNDS), run: at('forced') };
    const refused = await failureOf(train(options, listening(0).context));
    expect([refused.code, refused.hint]).toEqual(['usage', 'give another --run, or --force to replace it']);
    await train({ ...options, force: true }, listening(0).context);
    await train(trainOptions(other, 'run', FEW_ROUNDS), listening(0).context);
    expect(contents(at('forced'))).toEqual(contents(join(other.folder, 'run')));
  });

  it('keeps everything as it was when a prediction file is bad', async () => {
    await ranked;
    const before = contents(at('one'));
    const bad = join(task.folder, 'bad.csv');
    writeFileSync(bad, 'example_id,p_exact,p_substitute,p_complement,p_irrelevant\n0,0.5,0.5,nonsense,0\n');
    const add = addPredictions(
      { run: at('one'), predictions: [bad], importing: {}, costs: [], force: false },
      listening(0).context,
    );
    const error = await failureOf(add);
    expect([error.code, error.path, error.line]).toEqual(['data', bad, 2]);
    expect(contents(at('one'))).toEqual(before);
  });
});

describe('import', () => {
  it('adds a model that later commands rank, replace and keep', async () => {
    const task = makeTask({ queries: 16, seed: 10 });
    await trainAndRank(task, 'run', 0, FEW_ROUNDS);
    const run = join(task.folder, 'run');
    const oracle = join(task.folder, 'oracle.csv');
    const table = task.labels.map((label) => CLASSES.map((_, k) => (k === label ? 0.97 : 0.01)));
    writePredictions(oracle, table);
    const { context } = listening(0);
    const request = { run, predictions: [oracle], importing: {}, costs: [], force: false };
    const added = await addPredictions(request, context);
    expect(added.models.map(({ name }) => name)).toEqual(['first', 'noise', 'oracle', 'second']);
    const decision = await rank({ ...RANK, run, budgets: ['1'] }, context);
    expect(decision.kept).toEqual(['oracle']);
    expect(decision.metrics.models.oracle.accuracy).toBe(1);
    writePredictions(oracle, task.probabilities.get('noise')!);
    await addPredictions(request, context);
    const replaced = await rank({ ...RANK, run, budgets: ['1'] }, context);
    expect(replaced.kept).not.toEqual(['oracle']);
    const { models } = await train(trainOptions(task, 'run', FEW_ROUNDS), context);
    expect(models.map(({ name }) => name)).toEqual(['first', 'noise', 'oracle', 'second']);
  });
});

describe('a holdout run', () => {
  const task = makeTask({ split: true, queries: 24, seed: 11 });
  const decided = trainAndRank(task, 'run', 0, FEW_ROUNDS);

  it('respects the split: fits on train rows and scores test rows once', async () => {
    const decision = await decided;
    const test = task.labels.map((_, row) => row).filter((row) => Math.floor(row / 5) % 4 === 0);
    expect(decision.protocol).toMatchObject({
      mode: 'holdout',
      trainRows: task.labels.length - test.length,
      evaluationRows: test.length,
      evaluationQueries: 6,
    });
    const table = task.probabilities.get('first')!;
    const expected = naiveScores(
      test.map((row) => task.labels[row]),
      test.map((row) => argmax(table[row])),
    );
    expect(decision.metrics.models.first.accuracy).toBeCloseTo(expected.accuracy, 12);
    expect(decision.explainedRows).toBe(task.labels.length - test.length);
  });

  it('never lets test labels change what is fitted or kept', async () => {
    const flipped = makeTask({ split: true, queries: 24, seed: 11 });
    const text = readFileSync(flipped.data, 'utf8');
    writeFileSync(flipped.data, text.replace(/,(exact|substitute),test/g, ',irrelevant,test'));
    const [a, b] = [await decided, await trainAndRank(flipped, 'run', 0, FEW_ROUNDS)];
    expect(a.metrics.full.accuracy).not.toBe(b.metrics.full.accuracy);
    expect(b.ranking).toEqual(a.ranking);
    for (const file of ['ensemble/model.json', 'decision/model.json', 'attribution/contributions.json']) {
      const read = (folder: string) => readFileSync(join(folder, 'run', file), 'utf8');
      expect(read(flipped.folder), file).toBe(read(task.folder));
    }
  });
});
