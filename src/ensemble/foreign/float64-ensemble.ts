import type { Tree } from '../tree.js';
import type { ColumnBook } from './columns.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';

/** What a reader finds out about a model; the rest follows from the columns that its trees test. */
interface ReadModel extends Pick<ForeignEnsemble, 'format' | 'objective' | 'link' | 'columns' | 'offset'> {
  readonly trees: readonly Tree[];
  /** [tree] */
  readonly treeClass: Int32Array;
  readonly roundStarts: Int32Array | null;
  readonly averagedOver?: number;
}

/** A model of an engine that adds leaves in float64 and has its base score in `offset`. */
export function float64Ensemble(
  book: ColumnBook,
  { trees, treeClass, averagedOver = 1, ...read }: ReadModel,
): ForeignEnsemble {
  const outputs = read.offset.length;
  return {
    ...read,
    derived: book.derived,
    thresholds: book.thresholds,
    ensemble: {
      classes: outputs,
      featureNames: book.derivedNames,
      baseScore: new Float32Array(outputs),
      trees,
      treeClass,
    },
    arithmetic: 'float64',
    bestRounds: null,
    averagedOver,
  };
}

/** The first tree of every round of as many trees as outputs, then the number of trees. */
export function evenRounds(trees: number, outputs: number): Int32Array {
  return Int32Array.from({ length: trees / outputs + 1 }, (_, round) => round * outputs);
}
