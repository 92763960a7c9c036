import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/math/random.js';
import {
  type PipelineContext,
  type PipelineEvent,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from '../../src/pipeline.js';

export const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** A small labelled task on disk: judgements, and predictions of models that each know something else. */
export interface Task {
  readonly folder: string;
  readonly data: string;
  readonly predictions: string;
  readonly labels: readonly number[];
  /** [model][row][class], as written */
  readonly probabilities: ReadonlyMap<string, readonly (readonly number[])[]>;
}

export interface TaskOptions {
  readonly queries?: number;
  readonly seed?: number;
  /** adds a split column: every fourth query is test */
  readonly split?: boolean;
}

/** Odds of each model seeing the truth, per class: `first` and `second` know different classes, `noise` nothing. */
const SKILLS: Record<string, readonly number[]> = {
  first: [0.8, 0.8, 0.1, 0.1],
  second: [0.3, 0.1, 0.8, 0.8],
  noise: [0, 0, 0, 0],
};

/** Writes a task of four classes with five rows a query into a temporary folder. */
export function makeTask({ queries = 60, seed = 1, split = false }: TaskOptions = {}): Task {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-task-'));
  const random = createRandom(seed);
  const rows = queries * 5;
  const labels = Array.from({ length: rows }, () => [0, 0, 0, 1, 1, 2, 3][random.integer(7)]);
  const lines = labels.map((label, row) => {
    const query = Math.floor(row / 5);
    const cells = [row, `query ${query}`, query, `P${row}`, query % 3 === 0 ? 'es' : 'us', CLASSES[label]];
    return [...cells, ...(split ? [query % 4 === 0 ? 'test' : 'train'] : [])].join(',');
  });
  const head = `example_id,query,query_id,product_id,product_locale,esci_label${split ? ',split' : ''}`;
  const data = join(folder, 'judgements.csv');
  writeFileSync(data, `${[head, ...lines].join('\n')}\n`);
  const predictions = join(folder, 'predictions');
  mkdirSync(predictions);
  const probabilities = new Map<string, number[][]>();
  for (const [model, skill] of Object.entries(SKILLS)) {
    const table = labels.map((label) => draw(label, skill[label], random));
    probabilities.set(model, table);
    writePredictions(join(predictions, `${model}.csv`), table);
  }
  writeFileSync(join(predictions, 'costs.csv'), 'model,latency_ms\nfirst,10\nsecond,4\nnoise,1\n');
  return { folder, data, predictions, labels, probabilities };
}

function draw(label: number, skill: number, random: ReturnType<typeof createRandom>): number[] {
  const raw = CLASSES.map(() => 0.2 + random.uniform());
  if (random.uniform() < skill) raw[label] += 2;
  const sum = raw.reduce((a, b) => a + b);
  return raw.map((value) => Number((value / sum).toFixed(6)));
}

/** Writes one model's predictions, with the row number as id. */
export function writePredictions(path: string, table: readonly (readonly number[])[]): void {
  const rows = table.map((row, at) => `${at},${row.join(',')}`);
  writeFileSync(path, `example_id,${CLASSES.map((name) => `p_${name}`).join(',')}\n${rows.join('\n')}\n`);
}

/** Options to train on a task's imported predictions, quickly. */
export function trainOptions(task: Task, run: string, more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    ...TRAIN_DEFAULTS,
    run: join(task.folder, run),
    data: [task.data],
    models: 'none',
    predictions: [task.predictions],
    folds: 3,
    boosting: { rounds: 40, learningRate: 0.2, earlyStoppingRounds: 10 },
    ...more,
  };
}

/** A context that remembers its events. `threads` 0: all in this thread, where the threads are not what is tested: a worker's start costs a second. */
export function listening(
  threads: number,
  signal?: AbortSignal,
): { context: PipelineContext; events: PipelineEvent[] } {
  const events: PipelineEvent[] = [];
  return { context: { threads, signal, onEvent: (event) => events.push(event) }, events };
}

/** Every file of a folder by relative path, as bytes in base64; lock and checkpoints aside. */
export function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file).toString('base64')]));
}
