import { type Examples, SPLIT_TEST, SPLIT_TRAIN, UNLABELLED } from '../data/examples/examples.js';
import { groupedFolds, groupedSplit } from '../data/examples/splits.js';
import { EsciSelectError } from '../errors.js';

/** Who may see which label (DESIGN, statistical protocol). Row lists are ascending. */
export interface Protocol {
  /** holdout: a test split scored once; cross-validated: every labelled row is evaluated out of fold */
  readonly mode: 'holdout' | 'cross-validated';
  /** one sentence for people: why this mode */
  readonly reason: string;
  /** rows the deployed ensemble is fitted on */
  readonly trainRows: Int32Array;
  /** rows that scores are reported on */
  readonly evaluationRows: Int32Array;
  /** fold 0..folds-1 of each training row, grouped by query; -1 elsewhere; [row] */
  readonly foldOf: Int16Array;
  readonly folds: number;
}

export type EvaluationMode = 'auto' | 'holdout' | 'cross-validate';

export interface ProtocolOptions {
  readonly evaluation: EvaluationMode;
  readonly folds: number;
  readonly seed: number;
  /** 1 where some imported model has a prediction; null when nothing is imported */
  readonly imported: Uint8Array | null;
}

/** Share of queries held out when the data brings no split. */
const TEST_SHARE = 0.25;

/**
 * Decides the evaluation protocol: an official split is respected; without one, imported predictions lead to nested
 * grouped cross-validation over all labelled rows, and models trained here to a seeded split by query.
 *
 * @throws EsciSelectError('data') without labelled rows, or with too few queries for the folds
 * @throws EsciSelectError('usage') when holdout is demanded and one side would be empty
 */
export function planProtocol(examples: Examples, options: ProtocolOptions): Protocol {
  const labelled = rowsWhere(examples.rows, (row) => examples.label[row] !== UNLABELLED);
  if (labelled.length === 0) {
    throw new EsciSelectError('data', 'no row has a label, so no ensemble can be fitted', {
      hint: 'give labelled data, or name the label column with --column label=NAME',
    });
  }
  const { mode, reason, trainRows, evaluationRows } = divide(examples, labelled, options);
  const groups = Int32Array.from(trainRows, (row) => examples.group[row]);
  const folds = foldCount(mode, new Set(groups).size, options.folds);
  const foldOf = new Int16Array(examples.rows).fill(-1);
  groupedFolds(groups, folds, options.seed).forEach((fold, at) => {
    foldOf[trainRows[at]] = fold;
  });
  return { mode, reason, trainRows, evaluationRows, foldOf, folds };
}

/** Fewest folds: nested cross-validation leaves one out and still needs two for its own early stopping. */
const FEWEST_FOLDS = { holdout: 2, 'cross-validated': 3 } as const;

/** The folds asked for, or one per query where there are fewer queries. */
function foldCount(mode: Protocol['mode'], queries: number, asked: number): number {
  const fewest = FEWEST_FOLDS[mode];
  if (asked < fewest) {
    throw new EsciSelectError('usage', `${asked} folds are too few for nested cross-validation`, {
      hint: `use --folds ${fewest} or more, or --evaluation holdout`,
    });
  }
  if (queries < fewest) {
    throw new EsciSelectError(
      'data',
      `training rows belong to ${queries} queries, expected at least ${fewest}`,
      {
        hint: 'folds are made of whole queries; give data with more queries',
      },
    );
  }
  return Math.min(asked, queries);
}

type Division = Omit<Protocol, 'foldOf' | 'folds'>;

function divide(examples: Examples, labelled: Int32Array, options: ProtocolOptions): Division {
  if (options.evaluation === 'cross-validate') return crossValidated(labelled, 'asked for with --evaluation');
  const { imported } = options;
  const covered = imported === null ? labelled : labelled.filter((row) => imported[row] === 1);
  const official = bySplit(covered, examples.split);
  if (official.train.length > 0 && official.test.length > 0) {
    return {
      mode: 'holdout',
      reason: 'the data has a train and a test split',
      ...sides(bySplit(labelled, examples.split)),
    };
  }
  const oneSided = official.train.length + official.test.length > 0;
  if (options.evaluation === 'auto' && (imported !== null || oneSided)) {
    const pool = covered.length > 0 ? covered : labelled;
    return crossValidated(
      pool,
      imported === null
        ? 'all labelled rows are in one split'
        : 'predictions were imported for one labelled set only',
    );
  }
  const split = groupedSplit(
    Int32Array.from(labelled, (row) => examples.group[row]),
    TEST_SHARE,
    options.seed,
  );
  const made = {
    train: labelled.filter((_, at) => split[at] === SPLIT_TRAIN),
    test: labelled.filter((_, at) => split[at] === SPLIT_TEST),
  };
  if (made.train.length === 0 || made.test.length === 0) {
    throw new EsciSelectError('usage', 'data has too few queries to hold some out', {
      hint: 'use --evaluation cross-validate',
    });
  }
  return {
    mode: 'holdout',
    reason: `the data has no split: ${TEST_SHARE * 100}% of the queries are held out by seed`,
    ...sides(made),
  };
}

function crossValidated(rows: Int32Array, reason: string): Division {
  return { mode: 'cross-validated', reason, trainRows: rows, evaluationRows: rows };
}

function sides(split: { train: Int32Array; test: Int32Array }) {
  return { trainRows: split.train, evaluationRows: split.test };
}

function bySplit(rows: Int32Array, split: Uint8Array): { train: Int32Array; test: Int32Array } {
  return {
    train: rows.filter((row) => split[row] === SPLIT_TRAIN),
    test: rows.filter((row) => split[row] === SPLIT_TEST),
  };
}

function rowsWhere(rows: number, test: (row: number) => boolean): Int32Array {
  const found = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (test(row)) found[count++] = row;
  return found.slice(0, count);
}
