import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { planTraining } from '../../src/pipeline/commands/plan.js';
import { makespan } from '../../src/pipeline/stages/estimates.js';
import { type TrainOptions, train } from '../../src/pipeline.js';
import { esciSelect } from '../cli/in-process.js';
import { contents, listening, makeTask, trainOptions } from './task.js';

const task = makeTask({ queries: 40 });
afterAll(() => rmSync(task.folder, { recursive: true }));

/** A model in a file of its own, of which every row's answer depends on the row and on its name. */
function writeModel(name: string, effort: number): string {
  const path = join(task.folder, `${name}.mjs`);
  writeFileSync(
    path,
    `const answer = {
  async predict(examples, rows) {
    const classes = examples.labelSpace.classes.length;
    const odds = (row, k) => 1 + ((row * 7 + k * 3 + ${effort}) % 5);
    return Float32Array.from([...rows].flatMap((row) => {
      const all = Array.from({ length: classes }, (_, k) => odds(row, k));
      const sum = all.reduce((a, b) => a + b);
      return all.map((value) => value / sum);
    }));
  },
  parameters: 1,
  bytes: 1,
  curve: [{ epoch: 0, loss: 1, validationLoss: null }],
  save: async () => new Map([['model.json', new Uint8Array([123, 125])]]),
  dispose() {},
};
export default {
  name: '${name}', family: 'own', description: 'of the test', needs: [], effort: ${effort},
  fit: async () => answer,
  load: async () => answer,
};
`,
  );
  return path;
}

const [quick, slow, slowest] = [writeModel('quick', 1), writeModel('slow', 2), writeModel('slowest', 50)];

function own(run: string, more: Partial<TrainOptions> = {}): TrainOptions {
  return trainOptions(task, run, {
    predictions: [],
    models: `${quick},${slow}`,
    measure: false,
    stack: 'pool',
    ...more,
  });
}

const statuses = ({ stages }: { stages: readonly { stage: string; status: string }[] }) =>
  stages.map(({ stage, status }) => `${stage} ${status}`);

describe('what train would do', () => {
  const { context } = listening(2);

  it('is all of it for a run that is not there, and nothing is written', async () => {
    const before = contents(task.folder);
    const plan = await planTraining(own('new'), context);
    expect(statuses(plan)).toEqual(['data to do', 'protocol to do', 'models to do', 'ensemble to do']);
    expect(plan).toMatchObject({ rows: 200, trainRows: 150, evaluationRows: 50, threads: 2 });
    expect(plan.models.map(({ name, fits, rows, basis }) => [name, fits, rows, basis])).toEqual([
      ['quick', 4, 150, 'reference'],
      ['slow', 4, 150, 'reference'],
    ]);
    // reference: 0.5 s a unit of effort and 1,000 rows; folds of 50 rows, 100 or 150 to learn from
    expect(plan.models.map(({ seconds }) => seconds)).toEqual([
      expect.closeTo(0.225, 2),
      expect.closeTo(0.45, 2),
    ]);
    expect(plan.seconds).toBeCloseTo(
      plan.stages.reduce((sum, { seconds }) => sum + seconds, 0),
      9,
    );
    expect(plan.peakBytes).toBeGreaterThan(250e6);
    expect(contents(task.folder)).toEqual(before);
    expect(existsSync(join(task.folder, 'new'))).toBe(false);
  });

  it('names no training where nothing is trained, and how many models the files hold', async () => {
    const imported = own('imported', { models: 'none', predictions: [task.predictions] });
    const plan = await planTraining(imported, context);
    expect(statuses(plan)).toEqual(['data to do', 'import to do', 'protocol to do', 'ensemble to do']);
    expect(plan.stages[1].what).toBe('3 models in 4 files'); // one is of costs
  });

  it('is what train then does: stage for stage, as options change', async () => {
    const changes: Partial<TrainOptions>[] = [
      { models: quick },
      {},
      { models: quick },
      { decide: 'argmax' },
      { predictions: [task.predictions] },
      { predictions: [task.predictions], folds: 4 },
      { seed: 9 },
      {},
      { force: true },
    ];
    for (const change of changes) {
      const options = own('followed', change);
      const { context: heard, events } = listening(0);
      const before = existsSync(options.run) ? contents(options.run) : null;
      const plan = await planTraining(options, context);
      if (before !== null) expect(contents(options.run)).toEqual(before);
      await train(options, heard);
      const kept = events.flatMap((event) => (event.kind === 'kept' ? [event.message] : []));
      const isKept = (stage: string) => plan.stages.find((one) => one.stage === stage)?.status === 'kept';
      expect(isKept('data')).toBe(kept.includes('examples are unchanged'));
      expect(isKept('import')).toBe(kept.includes('predictions are unchanged'));
      expect(isKept('ensemble')).toBe(kept.includes('the ensemble is unchanged'));
      for (const { name, status } of plan.models)
        expect([name, status === 'kept']).toEqual([name, kept.includes(`${name} is unchanged`)]);
      expect(statuses(await planTraining({ ...options, force: false }, context))).toEqual(
        plan.stages.map(({ stage }) => `${stage} kept`),
      );
    }
  });

  it('takes the times of an earlier train, in proportion to rows', async () => {
    const measured = own('measured', { measure: true });
    await train(measured, context);
    const { fits, ensemble } = JSON.parse(readFileSync(join(measured.run, 'timings.json'), 'utf8'));
    expect(fits.map(([name]: [string]) => name)).toEqual(['quick', 'slow']);
    expect(ensemble.seconds).toBeGreaterThan(0);
    const plan = await planTraining({ ...measured, force: true, maxTrainRows: 50 }, context);
    for (const [name, { seconds, size }] of fits) {
      const planned = plan.models.find((model) => model.name === name)!;
      expect(planned.basis).toBe('measured');
      expect(planned.seconds).toBeCloseTo((4 * 50 * seconds) / size, 9);
    }
    writeFileSync(join(measured.run, 'timings.json'), '{');
    const damaged = await planTraining({ ...measured, force: true }, context);
    expect(damaged.models.map(({ basis }) => basis)).toEqual(['reference', 'reference']);
  });

  it('writes no rejects either, and throws what train throws', async () => {
    const bad = join(task.folder, 'bad.csv');
    writeFileSync(bad, `${readFileSync(task.data, 'utf8')}999,q,q,P999,us,unheard-of\n`);
    const rejects = join(task.folder, 'rejects.jsonl');
    const lenient = own('lenient', { data: [bad], load: { skipInvalid: rejects } });
    expect((await planTraining(lenient, context)).rows).toBe(200);
    expect(existsSync(rejects)).toBe(false);
    const refusals: TrainOptions[] = [
      own('refused', { data: [bad] }),
      own('refused', { models: 'none' }),
      own('refused', { folds: 1 }),
      own('refused', { models: 'none', predictions: [task.data] }),
      own('refused', { predictions: [join(task.folder, 'nothing')] }),
    ];
    await train(own('of other data'), context);
    refusals.push(own('of other data', { data: [bad], load: { skipInvalid: rejects } }));
    for (const options of refusals) {
      const said = await planTraining(options, context).catch(({ code, message }) => ({ code, message }));
      expect(said).toEqual(await train(options, context).catch(({ code, message }) => ({ code, message })));
      expect(said).toHaveProperty('code');
    }
  });

  it('is told in words and as JSON by train --plan, which exits 0', async () => {
    const flags = ['--data', task.data, '--models', `${quick},${slow}`, '--folds', '3', '--threads', '2'];
    const run = ['--run', join(task.folder, 'spoken')];
    const { status, stdout } = await esciSelect('train', '--plan', ...flags, ...run);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^about \S+ s on 2 threads, and up to \S+ MB of memory; nothing was written$/m);
    expect(stdout).toMatch(/^quick +own +to do +reference +4 +150 /m);
    expect(existsSync(run[1])).toBe(false);
    const json = await esciSelect('train', '--plan', '--json', ...flags, ...run);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema: 'esci-select/train-plan/1', rows: 200 });
  });
});

describe('fits side by side', () => {
  it('take as long as the fullest thread, the longest begun first', () => {
    expect(makespan([3, 1, 2], 1)).toBe(6);
    expect(makespan([1, 2, 3], 2)).toBe(3);
    expect(makespan([4, 1, 1], 5)).toBe(4);
    expect(makespan([], 2)).toBe(0);
  });
});

describe('a time limit', () => {
  /** A clock by which every model that is begun takes so many seconds. */
  function clocked(secondsPerModel: number) {
    const { context, events } = listening(2);
    const begun = () =>
      events.filter((event) => event.kind === 'stage' && event.message.startsWith('training ')).length;
    return { events, context: { ...context, elapsedMs: () => begun() * secondsPerModel * 1000 } };
  }

  it('leaves out the models that would not fit, says which, and records them', async () => {
    const all = `${slowest},${slow},${quick}`;
    const { context, events } = clocked(20);
    // quick takes 20 s instead of 0.1: slow would then take 40, which does not fit into the minute with the ensemble
    const limited = own('limited', { models: all, timeLimit: 0.9 });
    const { models } = await train(limited, context);
    expect(models.map(({ name }) => name)).toEqual(['quick']);
    const note = events.find((event) => event.kind === 'note' && event.message.startsWith('left out by'));
    expect(note).toMatchObject({
      kind: 'note',
      message:
        'left out by --time-limit 0.9: slowest, slow; the same command with more time, or without the limit, adds them',
    });
    const header = JSON.parse(readFileSync(join(limited.run, 'run.json'), 'utf8'));
    expect(header.options.leftOutByTime).toEqual(['slowest', 'slow']);
    expect(header.options.models).toMatch(/^quick \(module [0-9a-f]{64}\)$/);
  });

  it('leaves the bytes of a run of the same models, and the next run goes on from there', async () => {
    const plain = own('plain', { models: quick });
    await train(plain, listening(2).context);
    const [a, b] = [contents(join(task.folder, 'limited')), contents(plain.run)];
    expect([...a.keys()]).toEqual([...b.keys()]);
    for (const [name, bytes] of a)
      if (name !== 'run.json') expect([name, bytes]).toEqual([name, b.get(name)]);
    const { context, events } = clocked(1);
    const { models } = await train(own('limited', { models: `${slow},${quick}`, timeLimit: 10 }), context);
    expect(models.map(({ name }) => name)).toEqual(['quick', 'slow']);
    expect(events).toContainEqual({ kind: 'kept', stage: 'models', message: 'quick is unchanged' });
    const header = JSON.parse(readFileSync(join(task.folder, 'limited', 'run.json'), 'utf8'));
    expect(header.options).not.toHaveProperty('leftOutByTime');
  });

  it('trains nothing where others are imported and no time is left', async () => {
    const { context } = clocked(1);
    const options = own('imports', { predictions: [task.predictions], timeLimit: 0.0001 });
    const { models } = await train(options, context);
    expect(models.map(({ name }) => name)).toEqual(['first', 'noise', 'second']);
  });

  it('is planned by the estimates', async () => {
    const options = own('planned', { models: `${quick},${slow},${slowest}`, timeLimit: 0.05 });
    const { models, leftOut } = await planTraining(options, listening(2).context);
    expect(models.map(({ name }) => name)).toEqual(['quick', 'slow']);
    expect(leftOut).toEqual([{ name: 'slowest', why: 'the time limit' }]);
  });
});

describe('presets', () => {
  const flags = ['--data', task.data, '--models', 'none', '--predictions', task.predictions, '--no-measure'];
  const runOf = async (name: string, ...more: string[]) => {
    const run = join(task.folder, name);
    const ended = await esciSelect('train', ...flags, '--threads', '1', '--run', run, ...more);
    expect(ended).toMatchObject({ status: 0 });
    return contents(run);
  };

  it('are the flags that the help says', async () => {
    const spelled = ['--folds', '3', '--max-train-rows', '2000', '--stack', 'pool'];
    const { stdout } = await esciSelect('train', '--help');
    expect(stdout).toContain(`  quick  ${spelled.join(' ')}\n`);
    expect(await runOf('quick', '--preset', 'quick')).toEqual(await runOf('spelled', ...spelled));
    const best = /^ {2}best +(.*)$/m.exec(stdout)![1].split(' ');
    expect(best).toEqual(['--folds', '10', '--rounds', '2000', '--learning-rate', '0.02']);
  });

  it('give way to a flag, to a configuration file and to a recipe', async () => {
    const options = async (name: string, ...more: string[]) => {
      const files = await runOf(name, ...more);
      return JSON.parse(Buffer.from(files.get('run.json')!, 'base64').toString()).options;
    };
    expect(await options('folds', '--preset', 'quick', '--folds', '4')).toMatchObject({
      folds: 4,
      stack: 'pool',
      maxTrainRows: 2000,
    });
    const config = join(task.folder, 'config.json');
    writeFileSync(config, JSON.stringify({ train: { stack: 'trees', preset: 'quick', rounds: 5 } }));
    expect(await options('config', '--config', config)).toMatchObject({ folds: 3, stack: 'trees' });
    const small = ['--preset', 'best', '--folds', '3', '--stack', 'pool'];
    expect((await options('best', ...small)).boosting).toEqual({ rounds: 2000, learningRate: 0.02 });
    expect((await options('recipe', ...small, '--recipe', 'pp-glam')).boosting).toMatchObject({
      rounds: 1500,
    });
  });
});
