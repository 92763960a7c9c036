import type { TableFormat } from './table.js';

/** How to read a table; everything is optional. */
export interface ReadOptions {
  /** which columns to keep, by name; all by default */
  columns?: (name: string) => boolean;
  /** the field separator of a CSV file; a comma by default (a tab for .tsv) */
  delimiter?: string;
  /** the longest field of a CSV file or line of a JSONL file, in bytes; 16 MiB by default */
  maxFieldBytes?: number;
  /** the most bytes that a compressed file may decompress to (`--max-unpacked`); by default as `unpackedLimit` has it */
  maxUnpacked?: number;
  /** stop after this many rows; what follows them is not checked */
  maxRows?: number;
  /** memory for an Arrow column of float32, which its values are then in; new memory by default */
  floats?: (name: string, length: number) => Float32Array;
  /** called every 65,536 rows or so with the number of rows read so far */
  onRows?: (rowsSoFar: number) => void;
}

/** What is in a table file, as far as its header tells. */
export interface TableDescription {
  format: TableFormat;
  /** in file order; `type` is 'text' for CSV, the kind of the first values for JSONL, the file's own type otherwise */
  columns: { name: string; type: string }[];
  /** null where counting would mean reading the whole file */
  rows: number | null;
}

export const DEFAULT_MAX_FIELD_BYTES = 16 * 2 ** 20;
/** rows between two calls of `onRows` */
export const PROGRESS_ROWS = 1 << 16;
