import { type Answered, answeredPredictor, answeredRows } from '../../evaluation/answered.js';
import { evaluationSet } from '../../evaluation/evaluate.js';
import { floorPredictor } from '../../evaluation/floor.js';
import { type PairedResults, pairedPredictors } from '../../evaluation/paired.js';
import type { EvaluationSet } from '../../evaluation/statistics.js';
import { sha256 } from '../../io/hash.js';
import { FULL, PRUNED } from '../../selection/decision.js';
import type { LoadedRun } from '../files/load-run.js';
import { modelPredictor } from './scoring.js';

/** What the two ensembles say of the evaluation rows. */
interface Ensembles {
  readonly full: Answered;
  readonly pruned: Answered;
}

/**
 * Each predictor's results per query, so that another run on the same rows can be compared query by query. In order of
 * example id, so that the order of the input files does not matter.
 */
export function pairedResults(loaded: LoadedRun, ensembles: Ensembles): PairedResults {
  const { examples, protocol, matrix } = loaded;
  const classes = matrix.classes.length;
  const { id } = examples;
  const rows = protocol.evaluationRows;
  const order = Int32Array.from(rows.keys()).sort((a, b) => (id[rows[a]] < id[rows[b]] ? -1 : 1));
  const sorted = order.map((at) => rows[at]);
  const set = evaluationSet(classes, examples.label, examples.group, sorted);
  const floor = floorPredictor(
    Int16Array.from(protocol.trainRows, (row) => examples.label[row]),
    classes,
    sorted.length,
  );
  const predictors = [
    floor,
    answeredPredictor(FULL, answeredRows(ensembles.full, classes, order)),
    answeredPredictor(PRUNED, answeredRows(ensembles.pruned, classes, order)),
    ...matrix.cards.map((_, model) => modelPredictor(matrix, model, sorted)),
  ];
  return {
    schema: 'esci-select/paired/1',
    classes: matrix.classes,
    rows: {
      count: sorted.length,
      sha256: hashOfRows(
        set,
        Array.from(sorted, (row) => id[row]),
      ),
    },
    queries: set.groupCount,
    predictors: pairedPredictors(set, predictors, sha256),
  };
}

function hashOfRows({ labels, groups }: EvaluationSet, ids: readonly string[]): string {
  return sha256(ids.map((id, at) => JSON.stringify([id, labels[at], groups[at]])).join('\n'));
}
