import type { Examples, Finding, InputFile } from './examples.js';

/** What a column of an examples table may be for. */
export const ROLES = ['id', 'query', 'queryId', 'productId', 'locale', 'label', 'split', 'fold'] as const;

export type Role = (typeof ROLES)[number];

/** How to read examples; everything is optional. */
export interface LoadOptions {
  /** the classes in their order; ESCI's, or the label words found, by default */
  classes?: readonly string[];
  /** label as written to class name, for labels that are numbers or foreign words */
  labelMap?: ReadonlyMap<string, string>;
  /** the user's own names of columns */
  columns?: Partial<Record<Role, string>>;
  /** keep only the rows of the official small or large version */
  version?: 'small' | 'large';
  /** keep only the rows of these locales */
  locales?: readonly string[];
  /** the field separator of CSV files */
  delimiter?: string;
  /** read titles and the other product text; true by default */
  text?: boolean;
  /** the rejects file (JSON Lines); given, rows with errors are left out and written there */
  skipInvalid?: string;
  /** of the database that reads parquet and joins products, such as '2GB' */
  memoryLimit?: string;
  /** the most bytes that a compressed file may decompress to (`--max-unpacked`); 25 times its size by default, 128 MiB at least */
  maxUnpacked?: number;
  threads?: number;
  onProgress?: (message: string, rows?: number) => void;
}

/** Examples, what is worth knowing about them, and the files they came from. */
export interface LoadedExamples {
  examples: Examples;
  findings: Finding[];
  inputs: InputFile[];
}
