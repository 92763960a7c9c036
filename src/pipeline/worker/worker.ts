import { Schema } from 'apache-arrow';
import {
  type AdditivityError,
  assertAdditivity,
  mergeAdditivity,
  NO_ERROR,
} from '../../attribution/additivity.js';
import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { StreamPart } from '../../io/arrow/stream-read.js';
import { ArrowStreamWriter } from '../../io/arrow/stream-write.js';
import type { NamedColumn } from '../../io/arrow/write.js';
import { sliceColumn, type Table, textAt } from '../../io/table.js';
import type { Emitted } from '../emitted.js';
import { emptyLayout, InputCollector, layoutOf, STDIN } from './input-rows.js';
import { planWorker, type WorkerOptions, type WorkerPlan } from './plan.js';

/** Rows that are attributed together. */
const BLOCK_ROWS = 8192;

/** What a worker says at its end. */
export interface WorkerStatistics {
  readonly schema: 'esci-select/worker/1';
  readonly emit: Emitted;
  readonly rows: number;
  readonly batches: number;
  /** the largest errors of bias + contributions = margin over all rows */
  readonly additivity: { readonly absolute: number; readonly relative: number };
  /** values of doubles that were kept on their side of a threshold in float32, and those that could not be */
  readonly rounding: { readonly crossed: number; readonly unresolved: number };
}

/** Where a worker's rows come from and go to. */
export interface WorkerStreams {
  /** bytes of an Arrow IPC stream */
  readonly input: AsyncIterable<Uint8Array>;
  /** passes bytes of another on; the next rows are read once it is done */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/** Takes batches of rows and passes on what is made of them. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #foreign: ForeignEnsemble;
  readonly #write: WorkerStreams['write'];
  readonly #out = new ArrowStreamWriter();
  #plan: WorkerPlan | null = null;
  #schema: Schema | null = null;
  #collector: InputCollector | null = null;
  #batches = 0;
  #rows = 0;
  #crossed = 0;
  #unresolved = 0;
  #additivity: AdditivityError = NO_ERROR;

  constructor(options: WorkerOptions, foreign: ForeignEnsemble, write: WorkerStreams['write']) {
    this.#options = options;
    this.#foreign = foreign;
    this.#write = write;
  }

  async take({ schema, batch }: StreamPart): Promise<void> {
    if (this.#plan === null) {
      this.#schema = schema;
      const layout = layoutOf(schema, this.#foreign, this.#others());
      this.#plan = await planWorker(this.#options, this.#foreign, layout);
    }
    if (batch === null || batch.numRows === 0) return;
    this.#batches++;
    this.#collector ??= this.#newCollector(this.#plan);
    this.#collector.add(batch);
    const flushes = this.#options.flush === 'batch';
    if (!flushes && this.#collector.rows < BLOCK_ROWS) return;
    await this.#attribute(this.#plan);
    if (flushes) await this.#pass(this.#plan.emitter.flush());
  }

  async finish(): Promise<WorkerStatistics> {
    const plan = this.#plan ?? (await planWorker(this.#options, this.#foreign, emptyLayout(this.#foreign)));
    // of no rows, the columns are told all the same
    if (this.#rows === 0) this.#collector ??= this.#newCollector(plan);
    await this.#attribute(plan);
    if (this.#options.flush === 'stream') await this.#pass(plan.emitter.flush());
    for (const bytes of this.#out.finish()) await this.#write(bytes);
    const { absolute, relative } = this.#additivity;
    return {
      schema: 'esci-select/worker/1',
      emit: this.#options.emit,
      rows: this.#rows,
      batches: this.#batches,
      additivity: { absolute, relative },
      rounding: { crossed: this.#crossed, unresolved: this.#unresolved },
    };
  }

  #newCollector({ layout, players }: WorkerPlan): InputCollector {
    const model = { foreign: this.#foreign, players };
    return new InputCollector(this.#schema ?? new Schema([]), layout, model, this.#others());
  }

  #others(): string[] {
    return [...(this.#options.columns ?? new Map<string, string>()).values()];
  }

  /** Attributes what is collected, in blocks. */
  async #attribute(plan: WorkerPlan): Promise<void> {
    const rows = this.#collector?.finish();
    this.#collector = null;
    if (rows === undefined) return;
    const { table, sources } = rows;
    const labels = plan.judge?.labels(table) ?? null;
    const queries = this.#queriesOf(table);
    for (let from = 0; from === 0 || from < table.rows; from += BLOCK_ROWS) {
      const to = Math.min(table.rows, from + BLOCK_ROWS);
      const attributed = plan.attributor.attribute(sources.map((values) => values.subarray(from, to)));
      const judged = labels === null ? null : plan.judge!.judge(labels.slice(from, to), attributed.margins);
      this.#assertSound(attributed.additivity);
      this.#rows += attributed.rows;
      this.#crossed += attributed.crossed;
      this.#unresolved += attributed.unresolved;
      const own = { attributed, judged, queries: queries?.slice(from, to) ?? null };
      await this.#pass(plan.emitter.add({ ...own, kept: this.#kept(table, from, to) }));
    }
  }

  #assertSound(additivity: AdditivityError): void {
    const rowName = (row: number) => `row ${this.#rows + row + 1}`;
    assertAdditivity(additivity, { rowName, quantity: 'contributions' });
    const row = additivity.row < 0 ? -1 : this.#rows + additivity.row;
    this.#additivity = mergeAdditivity(this.#additivity, { ...additivity, row });
  }

  #queriesOf(table: Table): string[] | null {
    const name = this.#options.columns?.get('queryId');
    if (name === undefined) return null;
    const column = table.columns.get(name);
    return Array.from({ length: table.rows }, (_, row) => {
      const text = textAt(column!, row);
      if (text !== null && text !== '') return text;
      throw new EsciSelectError('data', `row has no query (row ${this.#rows + row + 1})`, {
        path: STDIN,
        hint: `fill column ${quote(name)}`,
      });
    });
  }

  /** Rows [from, to) of the columns that are given back. */
  #kept(table: Table, from: number, to: number): NamedColumn[] {
    const name = this.#options.columns?.get('id');
    const column = name === undefined ? undefined : table.columns.get(name);
    return column === undefined ? [] : [{ name: name!, column: sliceColumn(column, from, to) }];
  }

  async #pass(columns: readonly NamedColumn[] | null): Promise<void> {
    if (columns === null) return;
    for (const bytes of this.#out.write(columns)) await this.#write(bytes);
  }
}
