import { type Answered, answeredPredictor, answeredRows } from '../../evaluation/answered.js';
import { type Evaluation, evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { floorPredictor } from '../../evaluation/floor.js';
import type { ScoreName } from '../../evaluation/metrics.js';
import type { EvaluationSet, Predictor } from '../../evaluation/statistics.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import { FULL, type LocaleDecision, OWN, PRUNED } from '../../selection/decision.js';
import { decideNonInferiority } from '../../selection/non-inferiority.js';
import type { SelectionRequest } from '../../selection/select.js';
import type { PipelineContext } from '../events.js';
import { localeEnsemble } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import type { Stacks } from '../stacking/stacks.js';
import { modelPredictor } from './scoring.js';
import type { LocaleSelection } from './select-locales.js';
import type { Selections } from './selecting.js';

export interface LocalesInput {
  readonly loaded: LoadedRun;
  readonly request: SelectionRequest;
  readonly chosen: readonly LocaleSelection[];
  /** names of the models in order of rank */
  readonly ranking: readonly string[];
  /** the choice for all rows and its ensemble */
  readonly common: { readonly selections: Selections; readonly stacks: Stacks };
  /** what the full ensemble says of the evaluation rows */
  readonly full: Answered;
  readonly replicates: number;
  readonly margin?: number;
  /** fits the ensembles of a choice, on the rows of all locales */
  readonly refit: (selections: Pick<Selections, 'deployed' | 'folds'>) => Promise<Stacks>;
}

/**
 * Refits and judges the set of every locale that has a budget of its own, and saves each ensemble. A set that is the one
 * kept for all rows, fold by fold, is not fitted again.
 */
export async function decideLocales(
  input: LocalesInput,
  out: StageOutputs,
  context: PipelineContext,
): Promise<LocaleDecision[]> {
  const decisions: LocaleDecision[] = [];
  for (const selection of input.chosen) {
    const { locale, selections } = selection;
    const { kept } = selections.deployed;
    const message = `refitting for ${locale} on ${kept.length} ${kept.length === 1 ? 'model' : 'models'}: ${kept.join(', ')}`;
    const same = sameSets(selections, input.common.selections);
    if (!same) context.onEvent?.({ kind: 'stage', stage: 'rank', message });
    const stacks = same ? input.common.stacks : await input.refit(selections);
    decisions.push(judge(input, selection, stacks));
    const { classes } = input.loaded.matrix;
    const { ensemble, chosen } = stacks.deployed;
    await localeEnsemble(locale).write(out, { ensemble, classes, rule: chosen.rule });
  }
  return decisions;
}

function sameSets(a: LocaleSelection['selections'], b: LocaleSelection['selections']): boolean {
  const sets = ({ deployed, folds }: typeof a) =>
    JSON.stringify([deployed, ...folds].map(({ kept }) => kept));
  return sets(a) === sets(b);
}

/** Places of the constant answer, of the three ensembles and of the first single model among the predictors. */
const [FLOOR, ALL, COMMON, MINE, FIRST] = [0, 1, 2, 3, 4];

/** Scores on the locale's evaluation rows, and what its own set changes there. */
function judge(input: LocalesInput, selection: LocaleSelection, own: Answered): LocaleDecision {
  const { loaded, request, ranking, replicates, margin } = input;
  const { locale, budget, floors, selections, evidence, queries } = selection;
  const { set, predictors } = predictorsOf(input, locale, own);
  const singles = predictors.slice(FIRST).map((_, at) => FIRST + at);
  const pairs = [ALL, COMMON, ...singles].map((from) => [from, MINE] as const);
  const options = { replicates, seed: loaded.settings.seed, pairs };
  const { evaluations, differences } = evaluate(set, predictors, options);
  const best = bestOf(evaluations, singles, request.metric);
  const { kept, trace, search } = selections.deployed;
  return {
    locale,
    budget,
    floors,
    kept,
    trace,
    ...(search === undefined ? {} : { search }),
    keptShares: ranking.map((model) => ({ model, share: evidence.keptShare.get(model) ?? 0 })),
    keptDraws: evidence.keptDraws,
    selectionQueries: queries,
    evaluationQueries: set.groupCount,
    metrics: {
      floor: evaluations[FLOOR],
      single: evaluations[best],
      full: evaluations[ALL],
      pruned: evaluations[COMMON],
      own: evaluations[MINE],
    },
    bestModel: predictors[best].name,
    differences: [differences[0], differences[1], differences[2 + best - FIRST]],
    nonInferiority:
      margin === undefined ? null : decideNonInferiority(differences[0], request.metric, margin),
  };
}

/** Everything that is compared on the locale's evaluation rows. */
function predictorsOf(
  { loaded, common, full }: LocalesInput,
  locale: string,
  own: Answered,
): { set: EvaluationSet; predictors: Predictor[] } {
  const { examples, protocol, matrix } = loaded;
  const classes = matrix.classes.length;
  const every = protocol.evaluationRows;
  const places = [...every.keys()].filter((at) => examples.locale[every[at]] === locale);
  const rows = Int32Array.from(places, (at) => every[at]);
  const part = (name: string, said: Answered): Predictor =>
    answeredPredictor(name, answeredRows(said, classes, places));
  const trainLabels = Int16Array.from(protocol.trainRows, (row) => examples.label[row]);
  return {
    set: evaluationSet(classes, examples.label, examples.group, rows),
    predictors: [
      floorPredictor(trainLabels, classes, rows.length),
      part(FULL, full),
      part(PRUNED, common.stacks),
      part(OWN, own),
      ...matrix.cards.map((_, model) => modelPredictor(matrix, model, rows)),
    ],
  };
}

/** The best of some predictors that cover a row at all; the first of equals. */
function bestOf(evaluations: readonly Evaluation[], among: readonly number[], metric: ScoreName): number {
  const value = (at: number) => {
    const evaluation = evaluations[at];
    if (evaluation.rows === 0) return Number.NEGATIVE_INFINITY;
    return metric === 'logLoss' ? -evaluation.logLoss : evaluation[metric];
  };
  return among.reduce((a, b) => (value(b) > value(a) ? b : a));
}
