import { workerModule } from '../assets.js';
import { Crew } from '../threads/crew.js';
import { type AttributedBatch, attributeBatch, type BatchPlan } from './batch.js';
import type { GamePlan } from './game.js';
import { type PackedPlan, packPlan } from './packed-plan.js';

/** Rows of a table, [column of the model][row]. */
export interface BatchRows {
  readonly sources: readonly Float64Array[];
}

/** A batch with what is known of it. */
export interface DoneBatch<Batch> {
  readonly batch: Batch;
  readonly attributed: AttributedBatch;
}

/** A game whose plan is packed. */
type PackedGame = Omit<GamePlan, 'plan'> & { readonly plan: PackedPlan };

/** A plan as a thread is sent it. */
export interface PackedBatchPlan extends Omit<BatchPlan, 'games'> {
  readonly games: Readonly<Record<keyof BatchPlan['games'], PackedGame>>;
}

/** A batch for a thread. */
export interface BatchTask {
  /** absent where the thread has it */
  readonly plan?: PackedBatchPlan;
  readonly sources: readonly Float64Array[];
}

/** Batches of a thread that are under way at once: one that is worked on, one that waits. */
const BATCHES_A_THREAD = 2;

/**
 * Attributes batches on worker threads, each batch as a whole on one, and hands them out in their order: the same values at
 * any number of threads. No thread is started for a single batch. Throws what reading batches and attributing them do.
 */
export async function* attributeBatchesParallel<Batch extends BatchRows>(
  plan: BatchPlan,
  batches: AsyncIterable<Batch>,
  threads: number,
): AsyncGenerator<DoneBatch<Batch>> {
  const source = batches[Symbol.asyncIterator]();
  const read = async () => {
    const next = await source.next();
    return next.done === true ? null : next.value;
  };
  let crew: BatchCrew | null = null;
  try {
    const first = await read();
    if (first === null) return;
    const second = threads > 1 ? await read() : null;
    if (second === null) {
      for (let batch: Batch | null = first; batch !== null; batch = await read())
        yield { batch, attributed: attributeBatch(plan, batch.sources) };
      return;
    }
    crew = new BatchCrew(plan, threads);
    yield* inOrder(crew, [first, second], read);
  } finally {
    await crew?.close();
    await source.return?.();
  }
}

async function* inOrder<Batch extends BatchRows>(
  crew: BatchCrew,
  read: readonly Batch[],
  readNext: () => Promise<Batch | null>,
): AsyncGenerator<DoneBatch<Batch>> {
  const waiting = read.map((batch) => ({ batch, attributed: crew.attribute(batch) }));
  for (let isMore = true; waiting.length > 0; ) {
    while (isMore && waiting.length < crew.size * BATCHES_A_THREAD) {
      const batch = await readNext();
      if (batch === null) isMore = false;
      else waiting.push({ batch, attributed: crew.attribute(batch) });
    }
    const { batch, attributed } = waiting.shift()!;
    yield { batch, attributed: await attributed };
  }
}

/** Threads that each have the plan from their first batch on. */
class BatchCrew {
  readonly size: number;
  readonly #crew: Crew;
  readonly #plan: PackedBatchPlan;
  readonly #sent = new Set<number>();

  constructor(plan: BatchPlan, threads: number) {
    const { players, columns } = plan.games;
    const packed = (game: GamePlan): PackedGame => ({ ...game, plan: packPlan(game.plan) });
    this.#plan = { ...plan, games: { players: packed(players), columns: packed(columns) } };
    this.#crew = new Crew(workerModule(import.meta.url, 'batch.worker'), threads);
    this.size = threads;
  }

  attribute({ sources }: BatchRows): Promise<AttributedBatch> {
    const done = this.#crew.run<AttributedBatch>((thread): BatchTask => {
      if (this.#sent.has(thread)) return { sources };
      this.#sent.add(thread);
      return { sources, plan: this.#plan };
    });
    // whoever waits for it hears of an error; that nobody does yet is none
    done.catch(() => {});
    return done;
  }

  async close(): Promise<void> {
    await this.#crew.close();
  }
}
