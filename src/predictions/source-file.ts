type FileRole = 'table' | 'array' | 'card' | 'other';

/** A file to import, before it is opened. */
export interface SourceFile {
  readonly path: string;
  readonly role: FileRole;
  /** the file's name without endings: the model of a single-model file */
  readonly stem: string;
  /** the folders inside a given one that lead to the file; null for files that were named or lie right in it */
  readonly within: Within | null;
}

/** Folders below the one that was given. */
export interface Within {
  /** the model that a hive folder (`model=alpha`) names */
  readonly model?: string;
  /** hive folders right above the file */
  readonly depth: number;
}
