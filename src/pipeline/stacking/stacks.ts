import type { BoostingOptions } from '../../ensemble/boosting-options.js';
import type { StackName } from '../../ensemble/stack/task.js';
import type { Answered } from '../../evaluation/answered.js';
import type { DecideName } from '../../evaluation/decision-rule.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { putRows } from '../../math/rows.js';
import { runTasks, workerModule } from '../../threads/pool.js';
import type { PipelineContext } from '../events.js';
import { keepModels, type ModelFeatures, rivalsOf } from './features.js';
import type { Stack, StackTask } from './stack.js';

/** Rows above which one fold, instead of every fold, decides the number of rounds and between candidates. */
const ALL_FOLDS_ROWS = 200_000;
/** The same of rows x columns x classes, which the time grows with: 64 classes reach it at 8,000 rows of 6 models. */
const ALL_FOLDS_WORK = 200_000_000;

export interface StacksInput {
  readonly all: ModelFeatures;
  readonly labels: Int16Array;
  /** query of every row of the features */
  readonly groups: Int32Array;
  readonly stack: StackName;
  readonly decide: DecideName;
  readonly classes: number;
  readonly protocol: Protocol;
  readonly options: BoostingOptions;
  readonly attribute: boolean;
  /** folds that decide the number of rounds, at most; all of them, up to 200,000 rows, unless given */
  readonly validationFolds?: number;
  /** query of every row, where the deployed ensemble's contributions are wanted per query */
  readonly queryOf?: Int32Array;
  /** models of the deployed ensemble, and of each outer fold's (cross-validated only) */
  readonly keep?: { readonly deployed: readonly string[]; readonly folds: readonly (readonly string[])[] };
  /** stage name for progress */
  readonly stage: string;
}

/** Ensembles, and what those that never saw them say of the evaluation rows. */
export interface Stacks extends Answered {
  /** fitted on all training rows */
  readonly deployed: Stack;
  /** when cross-validated: per outer fold, fitted without that fold's rows; empty in holdout mode */
  readonly folds: readonly Stack[];
}

/**
 * Fits the deployed ensemble and, when everything is cross-validated, one more per outer fold, whose selection, number
 * of rounds and trees never see that fold. Runs on worker threads; the result does not depend on how many.
 */
export async function fitStacks(input: StacksInput, context: PipelineContext): Promise<Stacks> {
  const { protocol } = input;
  const nested = protocol.mode === 'cross-validated';
  const places = [deployedPlace(input)];
  if (nested) for (let fold = 0; fold < protocol.folds; fold++) places.push(outerFoldPlace(input, fold));
  // ensembles come first; threads left over share in the work of each
  const threads = Math.max(1, Math.floor(context.threads / places.length));
  const tasks = places.map((place) => task(input, place, threads));
  const done = tasks.map(() => 0);
  const [deployed, ...folds] = await runTasks<StackTask, Stack>(
    workerModule(import.meta.url, 'stack.worker'),
    tasks,
    {
      threads: context.threads,
      signal: context.signal,
      onProgress: (task, value) => {
        done[task] = value as number;
        context.onEvent?.({
          kind: 'progress',
          stage: input.stage,
          done: done.reduce((sum, share) => sum + share, 0),
          total: tasks.length,
          message: `${tasks.length} ${tasks.length === 1 ? 'ensemble' : 'ensembles'}`,
        });
      },
    },
  );
  const { probabilities, answers } = nested ? scatter(protocol, tasks.slice(1), folds) : deployed;
  return { deployed, folds, probabilities, answers };
}

function deployedPlace(input: StacksInput): Place {
  const { protocol } = input;
  const nested = protocol.mode === 'cross-validated';
  return {
    model: input.keep ? keepModels(input.all, input.keep.deployed) : input.all,
    rows: protocol.trainRows,
    foldOf: Int16Array.from(protocol.trainRows, (row) => protocol.foldOf[row]),
    folds: protocol.folds,
    predictRows: nested ? new Int32Array() : protocol.evaluationRows,
    queryOf: input.queryOf ?? null,
  };
}

/** The ensemble without fold `outer`: the remaining folds are its own folds, renumbered. */
function outerFoldPlace(input: StacksInput, outer: number): Place {
  const { protocol } = input;
  const rows = protocol.trainRows.filter((row) => protocol.foldOf[row] !== outer);
  const inner = (row: number) => protocol.foldOf[row] - (protocol.foldOf[row] > outer ? 1 : 0);
  return {
    model: input.keep ? keepModels(input.all, input.keep.folds[outer]) : input.all,
    rows,
    foldOf: Int16Array.from(rows, inner),
    folds: protocol.folds - 1,
    predictRows: protocol.evaluationRows.filter((row) => protocol.foldOf[row] === outer),
    queryOf: null,
  };
}

type Place = Pick<StackTask, 'model' | 'rows' | 'foldOf' | 'folds' | 'predictRows' | 'queryOf'>;

function task(input: StacksInput, place: Place, threads: number): StackTask {
  const { labels, groups, classes, options, attribute, stack, decide } = input;
  const rows = place.rows.length;
  const isLarge = rows > ALL_FOLDS_ROWS || rows * place.model.features.columns * classes > ALL_FOLDS_WORK;
  const validationFolds = isLarge ? 1 : Math.min(place.folds, input.validationFolds ?? place.folds);
  return {
    ...place,
    rivals: rivalsOf(place.model, input.all),
    labels,
    groups,
    classes,
    options,
    stack,
    decide,
    attribute,
    validationFolds,
    threads,
  };
}

/** Puts what the outer folds' ensembles say back into the order of the evaluation rows. */
function scatter(
  { evaluationRows }: Protocol,
  tasks: readonly StackTask[],
  folds: readonly Stack[],
): Answered {
  const position = new Map<number, number>();
  evaluationRows.forEach((row, at) => {
    position.set(row, at);
  });
  const { classes } = tasks[0];
  const probabilities = new Float32Array(evaluationRows.length * classes);
  const answers = new Int16Array(evaluationRows.length);
  tasks.forEach(({ predictRows }, fold) => {
    const places = predictRows.map((row) => position.get(row)!);
    putRows(folds[fold].probabilities, classes, places, probabilities);
    putRows(folds[fold].answers, 1, places, answers);
  });
  return { probabilities, answers };
}
