import type { Protocol } from '../../evaluation/protocol.js';
import type { ChosenModel } from '../../models/choose.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { STAGES } from '../files/layout.js';
import { predictionFiles } from '../files/predictions.js';
import { readTimings, type Timings } from '../files/timings.js';
import type { TrainOptions } from '../train-options.js';
import type { DataStage } from './data.js';
import { ensembleEstimate, fitEstimate, makespan, rowsOfFits } from './estimates.js';

/** Whether options set a limit. */
export function isLimited({ timeLimit }: Pick<TrainOptions, 'timeLimit'>): boolean {
  return typeof timeLimit === 'number';
}

/** What the limit is kept by. */
export interface LimitedFits {
  readonly data: Pick<DataStage, 'examples'>;
  readonly protocol: Protocol;
  readonly work: { readonly due: readonly ChosenModel[]; readonly kept: readonly ChosenModel[] };
  readonly options: Pick<TrainOptions, 'timeLimit' | 'maxTrainRows'>;
}

/** What the time of a model's fits depends on: training rows of each fit, and threads. */
interface FitPlace {
  readonly rows: readonly number[];
  readonly timings: Timings | null;
  readonly threads: number;
}

/** Models in the order in which a time limit lets them begin, with the estimated seconds of each by itself. */
export function quickestFirst(
  models: readonly ChosenModel[],
  { rows, timings, threads }: FitPlace,
): { readonly one: ChosenModel; readonly seconds: number }[] {
  const secondsOf = ({ model }: ChosenModel) =>
    makespan(
      rows.map((each) => fitEstimate(model, each, timings).seconds),
      threads,
    );
  return models.map((one) => ({ one, seconds: secondsOf(one) })).sort((a, b) => a.seconds - b.seconds);
}

/**
 * Fits models one after another, the quickest by estimate first, while the next and the ensemble still fit into what is left
 * of the time limit. Estimates are scaled by the pace of the fits so far. What is fitted is the same bytes as without a
 * limit: only which models are fitted depends on the clock. The first is always fitted where the run has no other model.
 *
 * @returns names of the models left out, in the order given
 */
export async function fitWithinLimit(
  run: RunFolder,
  { data, protocol, work, options }: LimitedFits,
  fitModels: (models: readonly ChosenModel[]) => Promise<void>,
  context: PipelineContext,
): Promise<string[]> {
  const limit = options.timeLimit! * 60;
  const elapsed = () => context.elapsedMs!() / 1000;
  const timings = await readTimings(run);
  const rows = rowsOfFits(data.examples, protocol, options.maxTrainRows);
  const planned = quickestFirst(work.due, { rows, timings, threads: context.threads });
  const done = { estimated: 0, took: 0 };
  const fitted: ChosenModel[] = [];
  const others = predictionFiles(run, (stage) => STAGES.modelOf(stage) === null).length + work.kept.length;
  const classes = data.examples.labelSpace.classes.length;
  for (const { one, seconds } of planned) {
    const pace = done.estimated === 0 ? 1 : done.took / done.estimated;
    const size = { models: others + fitted.length + 1, classes, protocol };
    const need = seconds * pace + ensembleEstimate(size, context.threads, timings).seconds;
    const before = elapsed();
    if (others + fitted.length > 0 && before + need > limit) break;
    await fitModels([one]);
    done.estimated += seconds;
    done.took += elapsed() - before;
    fitted.push(one);
  }
  const leftOut = work.due.filter((one) => !fitted.includes(one)).map(({ model }) => model.name);
  if (leftOut.length > 0) {
    const message = `left out by --time-limit ${options.timeLimit}: ${leftOut.join(', ')}; the same command with more time, or without the limit, adds them`;
    context.onEvent?.({ kind: 'note', message });
  }
  return leftOut;
}
