import type { AttributedBatch, Attributor } from '../../attribution/attributor.js';
import { ExactSums } from '../../attribution/exact-sums.js';
import { poissonWeights, queryKey } from '../../evaluation/poisson.js';
import { EnsembleSums, type Quantity } from '../foreign/sums.js';
import { type Judged, UNJUDGED } from './judging.js';
import { cellName, QUANTITIES, SumLines } from './sum-table.js';

/** What sums are of. */
export interface SummedModel {
  readonly attributor: Pick<Attributor, 'players' | 'outputs'>;
  readonly outputs: readonly string[];
  /** null where rows are not judged */
  readonly classes: readonly string[] | null;
  readonly bootstrap: { readonly replicates: number; readonly seed: number };
}

const CONTRIBUTIONS: readonly Quantity[] = [
  'shapAbsolute',
  'shapSigned',
  'groupShapAbsolute',
  'groupShapSigned',
];

/** Sums over rows that merge by addition and do not depend on how rows are divided. */
export class RowSums {
  readonly #model: SummedModel;
  readonly #confusion: Float64Array;
  /** [replicate][label][answer] */
  readonly #replicates: Float64Array;
  readonly #weights: Uint8Array;
  #contributions: EnsembleSums;
  #loss = new ExactSums(1);

  constructor(model: SummedModel) {
    this.#model = model;
    const classes = model.classes?.length ?? 0;
    const cells = classes * classes;
    this.#confusion = new Float64Array(cells);
    this.#replicates = new Float64Array(cells * model.bootstrap.replicates);
    this.#weights = new Uint8Array(model.bootstrap.replicates);
    this.#contributions = new EnsembleSums(model.attributor);
  }

  /** Adds rows. Throws 'internal' where contributions do not add up to margins. O(values + queries replicates). */
  add(batch: AttributedBatch, judged: Judged | null, queries: readonly string[] | null): void {
    this.#contributions.add(batch);
    if (judged === null) return;
    this.#loss.add(judged.losses);
    const classes = this.#model.classes!.length;
    for (const [cell, rows] of confusionOf(judged, classes)) this.#confusion[cell] += rows;
    if (queries === null || this.#weights.length === 0) return;
    for (const [query, cells] of byQuery(judged, classes, queries)) this.#draw(query, cells);
  }

  #draw(query: string, cells: ReadonlyMap<number, number>): void {
    const weights = poissonWeights(this.#model.bootstrap.seed, queryKey(query), this.#weights);
    const width = this.#confusion.length;
    for (const [cell, rows] of cells) {
      for (let replicate = 0; replicate < weights.length; replicate++) {
        this.#replicates[replicate * width + cell] += weights[replicate] * rows;
      }
    }
  }

  /** The sums since the last time, which begin anew. Cells that are 0 of every replicate are left out. */
  take(): SumLines {
    const { attributor, outputs } = this.#model;
    const lines = new SumLines(false);
    if (this.#contributions.rows === 0) return lines;
    lines.add(QUANTITIES.rows, cellName(), [BigInt(this.#contributions.rows)]);
    const cells = attributor.players.flatMap((player) => outputs.map((output) => cellName(player, output)));
    const totals = this.#contributions.totals();
    for (const name of CONTRIBUTIONS) lines.addTotals(QUANTITIES[name], cells, totals[name]);
    this.#contributions = new EnsembleSums(attributor);
    this.#takeScores(lines);
    return lines;
  }

  #takeScores(lines: SumLines): void {
    const { classes } = this.#model;
    if (classes === null) return;
    const pairs = classes.flatMap((label) => classes.map((answer) => [label, answer] as const));
    pairs.forEach((pair, cell) => {
      lines.add(QUANTITIES.confusion, cellName(...pair), [BigInt(this.#confusion[cell])]);
    });
    lines.addTotals(QUANTITIES.logLoss, [cellName()], this.#loss.totals());
    this.#replicates.forEach((count, at) => {
      if (count === 0) return;
      const cell = cellName(Math.floor(at / pairs.length), ...pairs[at % pairs.length]);
      lines.add(QUANTITIES.replicate, cell, [BigInt(count)]);
    });
    this.#confusion.fill(0);
    this.#replicates.fill(0);
    this.#loss = new ExactSums(1);
  }
}

/** Rows by [label][answer]. */
function confusionOf(
  { labels, answers }: Pick<Judged, 'labels' | 'answers'>,
  classes: number,
): Map<number, number> {
  const cells = new Map<number, number>();
  labels.forEach((label, row) => {
    if (label === UNJUDGED) return;
    const cell = label * classes + answers[row];
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  });
  return cells;
}

/** The same of each query. */
function byQuery(
  { labels, answers }: Judged,
  classes: number,
  queries: readonly string[],
): Map<string, Map<number, number>> {
  const found = new Map<string, Map<number, number>>();
  labels.forEach((label, row) => {
    if (label === UNJUDGED) return;
    const cells = found.get(queries[row]) ?? new Map<number, number>();
    const cell = label * classes + answers[row];
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    found.set(queries[row], cells);
  });
  return found;
}
