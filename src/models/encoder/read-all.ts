import type { Examples } from '../../data/examples/examples.js';
import { runTasks, workerModule } from '../../threads/pool.js';
import type { Pretrained } from './folder.js';
import { type PlannedItem, planReading } from './plan.js';
import type { ReadTask } from './read.worker.js';
import { type Signals, signalKind, signalsOf } from './signals.js';
import type { EmbeddingStore } from './store.js';

export interface ReadAllOptions {
  readonly store: EmbeddingStore;
  /** workers, each with the model in memory; 0 reads in this thread */
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** items read, of those that were not kept */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was read. */
export interface ReadAll {
  readonly signals: Signals;
  /** distinct texts (encoder) or pairs (onnx), and how many of them were kept from earlier */
  readonly items: number;
  readonly kept: number;
  /** rows that are left out, because the model has learnt from their queries */
  readonly leftOut: number;
}

/** Items of a task: few enough that threads have equally much to do, many enough that texts of one length meet. */
const [FEWEST, MOST, TASKS] = [64, 1024, 16];

/**
 * Reads all rows' texts with a language model, once each; what the store has is not read again, and what is read is kept
 * there, task by task. The same numbers, and files, with any number of threads.
 */
export async function readAll(
  pretrained: Pretrained,
  examples: Examples,
  { store, threads, signal, onProgress }: ReadAllOptions,
): Promise<ReadAll> {
  const kind = signalKind(pretrained, examples);
  const rows = Int32Array.from({ length: examples.rows }, (_, row) => row);
  const plan = planReading(pretrained, examples, rows);
  const missing = plan.items.filter(({ key }) => !store.has(key));
  const chunks = chunksOf(missing);
  const done = chunks.map(() => 0);
  const tell = (at: number, count: number) => {
    done[at] = count;
    onProgress?.(
      done.reduce((sum, value) => sum + value, 0),
      missing.length,
    );
  };
  const { kind: use, path, sha256, runtime } = pretrained;
  await runTasks<ReadTask, Uint8Array[]>(
    workerModule(import.meta.url, 'read.worker'),
    chunks.map((items) => ({
      pretrained: { kind: use, path, sha256, runtime },
      folder: items[0].folder,
      items,
    })),
    {
      threads: Math.min(threads, chunks.length),
      signal,
      label: (at) => `${pretrained.name}, part ${at + 1} of ${chunks.length}`,
      onProgress: (at, count) => tell(at, count as number),
      onDone: async (at, answers) => {
        await store.add(answers.map((bytes, place) => [chunks[at][place].key, bytes] as const));
        tell(at, answers.length);
      },
    },
  );
  return {
    signals: signalsOf(kind, plan, (item) => store.read(plan.items[item].key)),
    items: plan.items.length,
    kept: plan.items.length - missing.length,
    leftOut: plan.first.filter((item) => item < 0).length,
  };
}

/** Items in tasks: of one folder each, the shortest texts first. */
function chunksOf(missing: readonly PlannedItem[]): PlannedItem[][] {
  const size = Math.min(MOST, Math.max(FEWEST, Math.ceil(missing.length / TASKS)));
  const length = ({ first, second }: PlannedItem) => first.length + (second?.length ?? 0);
  const sorted = [...missing].sort((a, b) => a.folder - b.folder || length(a) - length(b));
  const chunks: PlannedItem[][] = [];
  for (const item of sorted) {
    const last = chunks.at(-1);
    if (last !== undefined && last.length < size && last[0].folder === item.folder) last.push(item);
    else chunks.push([item]);
  }
  return chunks;
}
