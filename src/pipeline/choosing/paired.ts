import { readFile } from 'node:fs/promises';
import { EsciSelectError } from '../../errors.js';
import { evaluationSet } from '../../evaluation/evaluate.js';
import { floorPredictor } from '../../evaluation/floor.js';
import { type PairedResults, pairedPredictors } from '../../evaluation/paired.js';
import type { EvaluationSet } from '../../evaluation/statistics.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { sha256 } from '../../io/hash.js';
import { RunFolder } from '../../run/run-folder.js';
import { FULL, PRUNED } from '../../selection/decision.js';
import type { LoadedRun } from '../files/load-run.js';
import { modelPredictor } from './scoring.js';

/** Results per query of every predictor of the latest decision. */
export const PAIRED_FILE = 'decision/paired.json';

/** Class probabilities of the two ensembles, [evaluation row][class]. */
interface Ensembles {
  readonly full: Float32Array;
  readonly pruned: Float32Array;
}

/** Saves each predictor's results per query, so that another run on the same rows can be compared query by query. */
export async function writePaired(loaded: LoadedRun, ensembles: Ensembles): Promise<void> {
  await writeFileAtomic(
    loaded.run.file(PAIRED_FILE),
    `${JSON.stringify(pairedResults(loaded, ensembles))}\n`,
  );
}

/** In order of example id, so that the order of the input files does not matter. */
function pairedResults(loaded: LoadedRun, ensembles: Ensembles): PairedResults {
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
    { name: FULL, probabilities: reordered(ensembles.full, order, classes), covered: null },
    { name: PRUNED, probabilities: reordered(ensembles.pruned, order, classes), covered: null },
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

function reordered(probabilities: Float32Array, order: Int32Array, classes: number): Float32Array {
  const moved = new Float32Array(probabilities.length);
  order.forEach((from, to) => {
    moved.set(probabilities.subarray(from * classes, (from + 1) * classes), to * classes);
  });
  return moved;
}

/**
 * The text of a run's results per query.
 *
 * @throws EsciSelectError('usage') where its decision was made by a version that saved none
 */
export async function pairedText(path: string): Promise<string> {
  const run = await RunFolder.open(path);
  return readFile(run.file(PAIRED_FILE), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EsciSelectError('usage', `run has no results per query (${cause.code})`, {
      path: run.file(PAIRED_FILE),
      hint: 'run esci-select rank again with --force',
      cause,
    });
  });
}
