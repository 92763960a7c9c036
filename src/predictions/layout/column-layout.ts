import type { DeclaredKind, PredictionKind } from '../matrix.js';
import type { ClassReading } from './class-order.js';
import type { MatchClass } from './names.js';

/** Where a model's class values are in a table. */
export type ColumnSource =
  /** one column per class, in class order */
  | { readonly shape: 'classes'; readonly columns: readonly string[] }
  /** of two classes, the value of one of them */
  | { readonly shape: 'positive'; readonly column: string; readonly classIndex: number }
  /** a list per row; `order` is the class index of each position */
  | { readonly shape: 'list'; readonly column: string; readonly order: readonly number[] }
  /** a class name per row */
  | { readonly shape: 'label'; readonly column: string }
  /** of two classes, the answer of each row and its probability */
  | { readonly shape: 'answer'; readonly label: string; readonly column: string };

/** One model of a table; `model` null means: named by the file, or by the model column of a long table. */
export interface ModelColumns {
  readonly model: string | null;
  readonly source: ColumnSource;
  /** the column's name says logits */
  readonly logits: boolean;
  /** classes are numbers: what they mean is declared by an order, which a wrong order would spoil */
  readonly numbered?: boolean;
  /** the columns spell out `model:class`, so that a single model is named by them, not by the file */
  readonly explicit?: boolean;
}

/** How a table names its models and classes. */
export type LayoutForm = 'per-model' | 'long' | 'wide' | 'labels';

/** How a table holds predictions: data that can be printed, made before any value is read. */
export interface Layout {
  readonly form: LayoutForm;
  /** the column naming the model of each row of a long table */
  readonly modelColumn: string | null;
  readonly models: readonly ModelColumns[];
  /** columns that hold no prediction */
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
}

export interface LayoutContext {
  readonly classes: readonly string[];
  readonly match: MatchClass;
  /** other ways to read classes, tried where the first does not fit; `match` alone by default */
  readonly readings?: readonly ClassReading[];
  /** the key column, which is never a prediction */
  readonly key: string | null;
  /** the columns of a key of several */
  readonly keyColumns?: readonly string[];
  /** the true class of a row of the table, -1 where it is not known */
  readonly truth?: (row: number) => number;
  readonly template?: string;
  /** the class index of each position, where that is declared */
  readonly order: readonly number[] | null;
  /** what the user says the values are */
  readonly kind?: DeclaredKind;
  /** the table is one of the files of the examples: its label column is the truth */
  readonly isData: boolean;
}

/** The columns a model is read from. */
export function columnsOf(source: ColumnSource): readonly string[] {
  if (source.shape === 'answer') return [source.label, source.column];
  return source.shape === 'classes' ? source.columns : [source.column];
}

/** What a model's values are: labels by their shape, else as declared, else as the column's name says. */
export function kindOf({ source, logits }: ModelColumns, declared?: DeclaredKind): PredictionKind {
  if (source.shape === 'label') return 'labels';
  return declared === 'percent' ? 'probabilities' : (declared ?? (logits ? 'logits' : 'probabilities'));
}

/** What to do when positions have no declared classes. */
export function classOrderHint(classes: readonly string[]): string {
  return `declare the class of each position, e.g. --class-order ${classes.join(',')}`;
}
