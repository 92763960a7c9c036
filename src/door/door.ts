import { z } from 'zod';
import { workerModule } from '../assets.js';
import { ITERATIONS } from '../ensemble/foreign/foreign-ensemble.js';
import { EsciSelectError } from '../errors.js';
import { Crew } from '../threads/crew.js';
import { packError } from '../threads/pool-messages.js';
import type { Explained, ExplainTask } from './explain.worker.js';
import { type Frame, FrameReader, FrameWriter } from './frames.js';
import { Plans } from './plans.js';

/** What the door is asked. */
const REQUEST = z.object({ op: z.string(), id: z.number().int() });
const OPEN = z.object({ key: z.string(), iterations: z.enum(ITERATIONS).optional() });
const PLAN = z.object({
  key: z.string(),
  model: z.string(),
  players: z.object({ names: z.array(z.string()), ofColumn: z.array(z.number()) }).nullable(),
});
const EXPLAIN = z.object({
  key: z.string(),
  rows: z.number().int().positive(),
  type: z.enum(['float32', 'float64']),
  check: z.boolean(),
  double: z.boolean(),
});

/** Blocks of a thread that are under way at once: one that is worked on, one that waits, so that no thread idles. */
const BLOCKS_A_THREAD = 2;

/** Requests that take long: others are not held up by them. */
const LONG = ['fit', 'report'];

/**
 * The long-lived side of a program that asks for explanations: frames in, frames out. Models and plans are kept until the
 * caller drops them, rows are explained on threads that stay, and no more than two blocks a thread are under way: beyond
 * that nothing is read, so that the caller waits. Answers carry the `id` of their request, in any order.
 */
export class Door {
  readonly #reader: FrameReader;
  readonly #writer: FrameWriter;
  readonly #threads: number;
  readonly #plans = new Plans();
  #crew: Crew | null = null;
  /** [thread] keys of the plans it has */
  #sent: Set<string>[] = [];
  #underWay = 0;
  #free: () => void = () => {};

  constructor(input: number, output: number, threads: number) {
    this.#reader = new FrameReader(input);
    this.#writer = new FrameWriter(output);
    this.#threads = threads;
  }

  /** Serves until the other side closes. */
  async serve(): Promise<void> {
    for (;;) {
      const frame = await this.#reader.next();
      if (frame === null) break;
      const { op, id } = REQUEST.parse(frame.header);
      const answer = this.#answer(op, id, frame).catch((error: unknown) => this.#fail(id, error));
      // minutes may go by until then: meanwhile it is heard if the other side closes
      if (!LONG.includes(op)) await answer;
    }
    await this.#crew?.close();
  }

  async #answer(op: string, id: number, { header, blocks }: Frame): Promise<void> {
    switch (op) {
      case 'open': {
        const { key, iterations } = OPEN.parse(header);
        return this.#writer.write({ id, ...this.#plans.open(key, blocks[0], iterations) });
      }
      case 'plan': {
        const { key, model, players } = PLAN.parse(header);
        return this.#writer.write({ id, ...this.#plans.plan(key, model, players) });
      }
      case 'drop': {
        this.#plans.drop(String(header.key));
        return;
      }
      case 'explain':
        return this.#explain(id, EXPLAIN.parse(header), blocks[0]);
      case 'predict': {
        const { predict } = await import('./predict.js');
        return this.#writer.write({ id }, predict(header, blocks));
      }
      case 'fit':
      case 'report': {
        const { fitRun, reportFiles } = await import('./fit.js');
        const onFolder = (folder: string) => this.#writer.write({ id, folder });
        const onEvent = (event: object) => void this.#writer.write({ id, event });
        const { blocks: files, ...facts } =
          op === 'fit'
            ? await fitRun(header, blocks, { onFolder, onEvent })
            : await reportFiles(header, blocks, onFolder);
        return this.#writer.write({ id, done: true, ...facts }, files);
      }
      default:
        throw new EsciSelectError('usage', `the door does not know '${op}'`);
    }
  }

  /** Begins to explain a block, and returns when another may come. */
  async #explain(
    id: number,
    { key, rows, type, check, double }: z.infer<typeof EXPLAIN>,
    bytes: Uint8Array,
  ): Promise<void> {
    const plan = this.#plans.get(key);
    const Type = type === 'float32' ? Float32Array : Float64Array;
    const values = new Type(bytes.buffer as ArrayBuffer, 0, bytes.byteLength / Type.BYTES_PER_ELEMENT);
    this.#crew ??= this.#start();
    const task = (thread: number): ExplainTask => {
      const sent = this.#sent[thread];
      const drop = [...sent].filter((known) => !this.#plans.has(known));
      for (const gone of drop) sent.delete(gone);
      const isNew = !sent.has(key);
      sent.add(key);
      return { key, plan: isNew ? plan : undefined, drop, rows, values, check, double };
    };
    this.#underWay++;
    this.#crew
      .run<Explained>(task)
      .then(({ values: own, ...facts }) =>
        this.#writer.write({ id, rows, ...facts }, [new Uint8Array(own.buffer)]),
      )
      .catch((error: unknown) => this.#fail(id, error))
      .finally(() => {
        this.#underWay--;
        this.#free();
      });
    while (this.#underWay >= BLOCKS_A_THREAD * this.#threads) {
      await new Promise<void>((resolve) => {
        this.#free = resolve;
      });
    }
  }

  #start(): Crew {
    this.#sent = Array.from({ length: this.#threads }, () => new Set());
    return new Crew(workerModule(import.meta.url, 'explain.worker'), this.#threads);
  }

  #fail(id: number, error: unknown): Promise<void> {
    const { stack, ...told } = packError(error);
    return this.#writer.write({ id, error: { ...told, stack: told.ours ? undefined : stack } });
  }
}
