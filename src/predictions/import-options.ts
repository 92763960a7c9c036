import type { Finding, InputFile } from '../data/examples/examples.js';
import type { FileReading } from './file-reading.js';
import type { DeclaredKind, ModelCard } from './matrix.js';

/** A file the examples were read from: its rows are rows `firstRow` to `firstRow + rows` of the examples. */
export interface DataFile {
  readonly sha256: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** What the user may declare about prediction files; everything not declared is found out and reported. */
export interface ImportOptions {
  /** the column that holds the example ids (`--key`) */
  readonly key?: string;
  /** what the numbers are (`--kind`); logits are never guessed from values alone */
  readonly kind?: DeclaredKind;
  /** the class of each position where columns or array elements are numbered (`--class-order`) */
  readonly classOrder?: readonly string[];
  /** label as written to class name, the map that the examples were read with (`--label-map`) */
  readonly labelMap?: ReadonlyMap<string, string>;
  /** a column template such as `confidence.{class}.{model}` (`--columns`) */
  readonly columns?: string;
  /** the name of the one model that all files are of (`--model-name`) */
  readonly model?: string;
  readonly family?: ReadonlyMap<string, string>;
  /** models may lack rows (`--allow-missing`) */
  readonly allowMissing?: boolean;
  /** files may hold ids that the examples do not (`--allow-extra`) */
  readonly allowExtra?: boolean;
  /** rows of probabilities are divided by their sum (`--renormalise`) */
  readonly renormalise?: boolean;
  /** empty cells, NaN and answers that are no class count as missing (`--missing`) */
  readonly missingValues?: boolean;
  /** a file of example ids for .npy and .npz arrays, in their row order (`--ids`) */
  readonly ids?: string;
  readonly delimiter?: string;
  /** of the database that reads parquet, such as '2GB' (`--memory-limit`) */
  readonly memoryLimit?: string;
  /** the most bytes that a compressed file may decompress to (`--max-unpacked`); 25 times its size by default, 128 MiB at least */
  readonly maxUnpacked?: number;
  /** rows that cannot be read are skipped and written to this CSV file (`--rejects`) */
  readonly rejects?: string;
  /** the files of the examples: their own prediction columns are aligned by position */
  readonly dataFiles?: readonly DataFile[];
  readonly onProgress?: (done: number, total: number, path: string) => void;
}

/** One model's predictions, aligned with the examples. */
export interface ImportedModel {
  readonly card: ModelCard;
  /** probabilities [row][class]; NaN where missing */
  readonly values: Float32Array;
  /** [row], 1 where the model has no prediction; null when it covers every row */
  readonly missing: Uint8Array | null;
}

export interface ImportResult {
  /** in order of name */
  readonly models: readonly ImportedModel[];
  readonly findings: readonly Finding[];
  readonly inputs: readonly InputFile[];
  /** how each file was read, in the order read */
  readonly files: readonly FileReading[];
}
