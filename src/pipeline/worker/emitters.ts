import type { AttributedBatch } from '../../attribution/attributor.js';
import type { NamedColumn } from '../../io/arrow/write.js';
import type { Emitted } from '../emitted.js';
import { rowColumns } from '../foreign/row-columns.js';
import type { Judged } from './judging.js';
import { QueryRowSums } from './query-sums.js';
import { RowSums, type SummedModel } from './row-sums.js';

/** Rows that were attributed, and what is known of them. */
interface EmittedRows {
  readonly attributed: AttributedBatch;
  readonly judged: Judged | null;
  /** [row] */
  readonly queries: readonly string[] | null;
  /** columns that are given back as they came */
  readonly kept: readonly NamedColumn[];
}

/** Makes of attributed rows what is given back. */
export interface Emitter {
  /** Takes rows; what is to be passed on at once, or null. */
  add(rows: EmittedRows): readonly NamedColumn[] | null;
  /** What is held, which begins anew; null where nothing is. */
  flush(): readonly NamedColumn[] | null;
}

/** The emitter of a kind. */
export function emitterOf(emit: Emitted, model: SummedModel): Emitter {
  return { sums: sumsEmitter, rows: rowsEmitter, queries: queriesEmitter }[emit](model);
}

function sumsEmitter(model: SummedModel): Emitter {
  const sums = new RowSums(model);
  return {
    add: ({ attributed, judged, queries }) => {
      sums.add(attributed, judged, queries);
      return null;
    },
    flush: () => sums.take().columns(),
  };
}

function rowsEmitter({ attributor, outputs }: SummedModel): Emitter {
  return {
    add: ({ attributed, kept }) => [...kept, ...rowColumns({ attributor, outputs }, attributed)],
    flush: () => null,
  };
}

function queriesEmitter(model: SummedModel): Emitter {
  const sums = new QueryRowSums(model);
  return {
    add: ({ attributed, judged, queries }) => {
      sums.add(attributed, judged, queries!);
      return sums.isFull ? sums.take().columns() : null;
    },
    flush: () => sums.take().columns(),
  };
}
