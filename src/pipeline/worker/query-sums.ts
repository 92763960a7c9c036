import type { AttributedBatch } from '../../attribution/attributor.js';
import { addUnits } from '../../attribution/exact-sums.js';
import { type Judged, UNJUDGED } from './judging.js';
import type { SummedModel } from './row-sums.js';
import { cellName, QUANTITIES, SumLines } from './sum-table.js';

/** Queries whose sums are held before they are passed on: sums of one query may come in several lines, which add up. */
const MOST_QUERIES = 2048;
/** Rows whose sums doubles hold exactly, less one batch. */
const MOST_ROWS = 2 ** 25;
const KINDS = [QUANTITIES.shap, QUANTITIES.groupShap, QUANTITIES.towards] as const;

interface QueryEntry {
  rows: number;
  /** labelled rows */
  judged: number;
  /** [kind][player] */
  readonly hi: Float64Array;
  readonly lo: Float64Array;
  /** [label * classes + answer] */
  readonly confusion: Map<number, number>;
}

/** Sums over the rows of each query, which merge by addition. */
export class QueryRowSums {
  readonly #model: SummedModel;
  #entries = new Map<string, QueryEntry>();
  #rows = 0;

  constructor(model: SummedModel) {
    this.#model = model;
  }

  /** Whether what is held should be taken. */
  get isFull(): boolean {
    return this.#entries.size >= MOST_QUERIES || this.#rows >= MOST_ROWS;
  }

  /** Adds rows. O(rows players outputs). */
  add(batch: AttributedBatch, judged: Judged | null, queries: readonly string[]): void {
    for (let row = 0; row < batch.rows; row++) {
      const entry = this.#entryOf(queries[row]);
      entry.rows++;
      this.#addContributions(entry, batch, row, judged?.labels[row] ?? UNJUDGED);
      if (judged === null || judged.labels[row] === UNJUDGED) continue;
      entry.judged++;
      const cell = judged.labels[row] * this.#model.classes!.length + judged.answers[row];
      entry.confusion.set(cell, (entry.confusion.get(cell) ?? 0) + 1);
    }
    this.#rows += batch.rows;
  }

  #entryOf(query: string): QueryEntry {
    const known = this.#entries.get(query);
    if (known !== undefined) return known;
    const cells = KINDS.length * this.#model.attributor.players.length;
    const entry = {
      rows: 0,
      judged: 0,
      hi: new Float64Array(cells),
      lo: new Float64Array(cells),
      confusion: new Map(),
    };
    this.#entries.set(query, entry);
    return entry;
  }

  #addContributions({ hi, lo }: QueryEntry, batch: AttributedBatch, row: number, label: number): void {
    const { players, outputs } = this.#model.attributor;
    // a model of one output speaks of its second class
    const isSigned = outputs === 1;
    for (let player = 0; player < players.length; player++) {
      const start = (row * players.length + player) * outputs;
      let size = 0;
      let groupSize = 0;
      let signed = 0;
      for (let k = 0; k < outputs; k++) {
        size += Math.abs(batch.shap[start + k]);
        groupSize += Math.abs(batch.groupShap[start + k]);
        signed += batch.shap[start + k];
      }
      addUnits(hi, lo, player, size / outputs);
      addUnits(hi, lo, players.length + player, groupSize / outputs);
      if (label === UNJUDGED) continue;
      const towards = isSigned
        ? (label === 1 ? signed : -signed) / 2
        : batch.shap[start + label] - signed / outputs;
      addUnits(hi, lo, 2 * players.length + player, towards);
    }
  }

  /** The sums since the last time, which begin anew, in the order in which queries came. */
  take(): SumLines {
    const { attributor, classes } = this.#model;
    const lines = new SumLines(true);
    const names = attributor.players.map((player) => cellName(player));
    for (const [query, { rows, judged, hi, lo, confusion }] of this.#entries) {
      lines.add(QUANTITIES.rows, cellName(), [BigInt(rows)], query);
      KINDS.forEach((kind, place) => {
        if (kind === QUANTITIES.towards && judged === 0) return;
        names.forEach((cell, player) => {
          const at = place * names.length + player;
          lines.add(kind, cell, [BigInt(hi[at]), BigInt(lo[at])], query);
        });
      });
      for (const [cell, count] of confusion) {
        const [label, answer] = [Math.floor(cell / classes!.length), cell % classes!.length];
        lines.add(QUANTITIES.confusion, cellName(classes![label], classes![answer]), [BigInt(count)], query);
      }
    }
    this.#entries = new Map();
    this.#rows = 0;
    return lines;
  }
}
