import type { LabelSpace } from './labels.js';

export const SPLIT_NONE = 0;
export const SPLIT_TRAIN = 1;
export const SPLIT_TEST = 2;

/** The class index of a row without a label. */
export const UNLABELLED = -1;

/** The text of each row's product; null where the data has none. Each array is [row]. */
export interface ProductText {
  readonly title: readonly (string | null)[];
  readonly description: readonly (string | null)[];
  readonly bullets: readonly (string | null)[];
  readonly brand: readonly (string | null)[];
  readonly color: readonly (string | null)[];
}

/**
 * What customers did with a product under a query, one entry per (query, product) pair seen in the store, whether
 * judged or not. `group` and `product` index the examples' groups and products; each array is [entry].
 */
export interface Behaviours {
  readonly entries: number;
  readonly group: Int32Array;
  readonly product: Int32Array;
  readonly impressions: Float32Array;
  readonly clicks: Float32Array;
  readonly adds: Float32Array;
  readonly purchases: Float32Array;
}

/** Which columns of the user's files identify the rows: predictions are joined by a column of the same name. */
export interface ExampleIdentity {
  /** the column that `id` is from; null where rows are numbered */
  readonly column: string | null;
  /** other complete and distinct columns; [row] each */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

/**
 * Judged query-product pairs as columns; every array is [row] in the order of the user's files.
 * Invariants (checked by `data/validation`): ids are distinct, `group` is dense and in order of first appearance,
 * `label` is UNLABELLED or an index into `labelSpace.classes`.
 */
export interface Examples {
  readonly rows: number;
  readonly labelSpace: LabelSpace;
  readonly id: readonly string[];
  readonly query: readonly string[];
  /** dense index of the row's query: rows of one query are never split between training and evaluation */
  readonly group: Int32Array;
  /** the query id of each group, or its locale and normalised query where ids are missing; [group] */
  readonly groupKeys: readonly string[];
  readonly productId: readonly string[];
  /** dense index of (locale, product id), in order of first appearance */
  readonly product: Int32Array;
  readonly products: number;
  readonly locale: readonly string[];
  readonly label: Int16Array;
  /** SPLIT_NONE, SPLIT_TRAIN or SPLIT_TEST, as the data says */
  readonly split: Uint8Array;
  /** the user's own fold numbers where the data has a `fold` column, else null */
  readonly fold: Int16Array | null;
  /** where the query came from (other, negations, ...), where the data says so */
  readonly source: readonly (string | null)[] | null;
  /** null where the data has no text or it was not asked for */
  readonly text: ProductText | null;
  readonly behaviours: Behaviours | null;
  /** absent where nothing is known of the files, as for simulated examples */
  readonly identity?: ExampleIdentity;
}

export type Severity = 'note' | 'warning' | 'error';

/** Where a problem is. `row` counts data rows from 0, for files without lines. */
export interface Place {
  readonly path: string;
  readonly line?: number;
  readonly row?: number;
}

/** Something the user should know about the input: a quirk, a repair, a problem. */
export interface Finding {
  readonly severity: Severity;
  /** stable kebab-case name, e.g. `duplicate-id` */
  readonly code: string;
  readonly message: string;
  /** rows or items concerned */
  readonly count?: number;
  /** the first few */
  readonly places?: readonly Place[];
  readonly hint?: string;
}

/** A file that was read: its base name, size and sha256, for the run's manifest. */
export interface InputFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}
