import type { ChosenModel } from '../../models/choose.js';
import type { Timings } from '../files/timings.js';
import { type Basis, type EnsembleSize, ensembleEstimate, fitEstimate, makespan } from './estimates.js';
import type { ModelWork } from './models.js';
import { quickestFirst } from './time-limit.js';

/** One thing that `train` would do, or find done. */
export interface PlannedStage {
  readonly stage: 'data' | 'import' | 'protocol' | 'models' | 'ensemble';
  readonly status: 'kept' | 'to do';
  readonly what: string;
  /** 0 for what is kept */
  readonly seconds: number;
  /** timed: by the plan itself, which did it in memory; null for what takes no time to speak of */
  readonly basis: Basis | 'timed' | 'mixed' | null;
}

/** A model that `train` would train, or find trained. */
export interface PlannedModel {
  readonly name: string;
  readonly family: string;
  readonly status: 'kept' | 'to do';
  readonly fits: number;
  /** training rows of the refit */
  readonly rows: number;
  /** of all its fits, one after the other; 0 for a model that is kept */
  readonly seconds: number;
  readonly basis: Basis | null;
}

/** What `train` would do, and how long it would take. */
export interface TrainPlan {
  readonly schema: 'esci-select/train-plan/1';
  readonly run: string;
  readonly rows: number;
  readonly trainRows: number;
  readonly evaluationRows: number;
  /** how scores are taken, and why */
  readonly protocol: string;
  readonly stages: readonly PlannedStage[];
  readonly models: readonly PlannedModel[];
  /** models whose predictions are imported, or were */
  readonly imported: readonly string[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** threads that the times are for */
  readonly threads: number;
  readonly seconds: number;
  /** peak resident memory in bytes, by reference figures */
  readonly peakBytes: number;
}

/** A stage; what is kept takes no time. */
export function stageOf(
  stage: PlannedStage['stage'],
  isKept: boolean,
  what: string,
  { seconds, basis }: Pick<PlannedStage, 'seconds' | 'basis'> = { seconds: 0, basis: null },
): PlannedStage {
  if (isKept) return { stage, status: 'kept', what, seconds: 0, basis: null };
  return { stage, status: 'to do', what, seconds, basis };
}

/** What the fits of a plan depend on. */
export interface FitsPlace {
  /** training rows of each fit of a model, the refit's first */
  readonly rows: readonly number[];
  readonly timings: Timings | null;
  readonly threads: number;
  /** minutes; null for none */
  readonly timeLimit: number | null;
  /** seconds before the first fit */
  readonly spent: number;
  /** models that need no fit */
  readonly others: number;
  readonly size: Omit<EnsembleSize, 'models'>;
}

/** The models to train and to keep, and those that a time limit would leave out by the estimates. */
export function planFits(
  { due, kept }: ModelWork,
  place: FitsPlace,
): {
  readonly stage: PlannedStage;
  readonly models: readonly PlannedModel[];
  readonly leftOut: readonly string[];
} {
  const isLimited = place.timeLimit !== null;
  const wanted = isLimited ? withinLimit(due, kept.length, place) : due;
  const models = [...kept, ...due]
    .filter((one) => kept.includes(one) || wanted.includes(one))
    .map((one) => plannedModel(one, kept.includes(one), place));
  const times = wanted.map(({ model }) =>
    place.rows.map((rows) => fitEstimate(model, rows, place.timings).seconds),
  );
  const seconds = isLimited
    ? times.reduce((sum, fits) => sum + makespan(fits, place.threads), 0)
    : makespan(times.flat(), place.threads);
  const bases = new Set(models.flatMap(({ basis }) => basis ?? []));
  const what = `${wanted.length} to train, ${wanted.length * place.rows.length} fits; ${kept.length} kept`;
  const stage = stageOf('models', wanted.length === 0, what, {
    seconds,
    basis: bases.size > 1 ? 'mixed' : ([...bases][0] ?? null),
  });
  return {
    stage,
    models,
    leftOut: due.filter((one) => !wanted.includes(one)).map(({ model }) => model.name),
  };
}

function plannedModel({ model }: ChosenModel, isKept: boolean, { rows, timings }: FitsPlace): PlannedModel {
  const { name, family } = model;
  const fits = rows.map((each) => fitEstimate(model, each, timings));
  const common = { name, family, fits: fits.length, rows: rows[0] };
  if (isKept) return { ...common, status: 'kept', seconds: 0, basis: null };
  const seconds = fits.reduce((sum, fit) => sum + fit.seconds, 0);
  return { ...common, status: 'to do', seconds, basis: fits[0].basis };
}

/** What `fitWithinLimit` would train if every fit took what is estimated. */
function withinLimit(due: readonly ChosenModel[], kept: number, place: FitsPlace): ChosenModel[] {
  const { threads, timings, size } = place;
  const wanted: ChosenModel[] = [];
  let spent = place.spent;
  for (const { one, seconds } of quickestFirst(due, place)) {
    const others = place.others + kept + wanted.length;
    const ensemble = ensembleEstimate({ ...size, models: others + 1 }, threads, timings).seconds;
    if (others > 0 && spent + seconds + ensemble > place.timeLimit! * 60) break;
    spent += seconds;
    wanted.push(one);
  }
  return wanted;
}
