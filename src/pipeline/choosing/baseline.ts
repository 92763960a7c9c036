import { type Answered, answeredPredictor } from '../../evaluation/answered.js';
import { evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { type Baseline, PRUNED } from '../../selection/decision.js';
import type { SelectionRequest } from '../../selection/select.js';
import type { PipelineContext } from '../events.js';
import type { LoadedRun } from '../files/load-run.js';
import { RECIPES, type RecipeName } from '../recipes.js';
import { contributionsOfStacks } from '../stacking/contributions.js';
import { stackRun } from '../stacking/run-stacks.js';
import { selectAll } from './selecting.js';

export interface BaselineInput {
  readonly loaded: LoadedRun;
  readonly recipe: RecipeName;
  /** budget, required and forbidden models, as for the decision that is compared */
  readonly request: SelectionRequest;
  /** what the decision's pruned ensemble says of the evaluation rows */
  readonly pruned: Answered;
  readonly replicates: number;
}

/**
 * Goes by a recipe from end to end within the same budget and on the same folds: its ensemble of all models, its measure
 * of them, its choice (in every outer fold too), its ensemble of those kept; then the paired difference to the decision's
 * pruned ensemble. Of the recipe's rounds, those of least loss on one fold are used, which can only help it, and its
 * measure is taken on that fold, because a published recipe may take thousands of rounds. Floors are none of its concern.
 *
 * @throws EsciSelectError('infeasible') or ('usage') as selectModels
 */
export async function recipeBaseline(input: BaselineInput, context: PipelineContext): Promise<Baseline> {
  const { loaded, recipe, request, pruned, replicates } = input;
  const { examples, protocol, matrix, settings } = loaded;
  const { boosting, strategy } = RECIPES[recipe];
  context.onEvent?.({ kind: 'stage', stage: 'rank', message: `going by the recipe ${recipe} to compare` });
  const base = {
    options: { ...boosting, seed: settings.seed },
    stack: 'trees',
    decide: 'argmax',
    validationFolds: 1,
    stage: 'rank',
  } as const;
  const models = matrix.cards.map(({ name }) => name);
  const classes = matrix.classes.length;
  const full = await stackRun(loaded, { ...base, attribute: true }, context);
  const contributions = contributionsOfStacks(models, classes, full);
  const { deployed, folds } = await selectAll(
    { loaded, contributions, request: { ...request, strategy, floors: [] } },
    context,
  );
  const keep = { deployed: deployed.kept, folds: folds.map(({ kept }) => kept) };
  const own = await stackRun(loaded, { ...base, attribute: false, keep }, context);
  const set = evaluationSet(classes, examples.label, examples.group, protocol.evaluationRows);
  const predictors = [answeredPredictor(recipe, own), answeredPredictor(PRUNED, pruned)];
  const { evaluations, differences } = evaluate(set, predictors, {
    replicates,
    seed: settings.seed,
    pairs: [[0, 1]],
  });
  return { recipe, kept: deployed.kept, evaluation: evaluations[0], difference: differences[0] };
}
