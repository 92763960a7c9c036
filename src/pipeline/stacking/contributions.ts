import type { ModelAttribution } from '../../attribution/models.js';
import type { Contributions, ModelContribution } from '../files/contributions.js';
import type { Stacks } from './stacks.js';

/** Turns summaries [model][class] into one record per model. */
function contributionsOf(
  names: readonly string[],
  classes: number,
  attribution: ModelAttribution,
): ModelContribution[] {
  const { shap, groupShap } = attribution;
  const perClass = (values: ArrayLike<number>, model: number) =>
    Array.from({ length: classes }, (_, k) => values[model * classes + k]);
  return names.map((model, at) => ({
    model,
    shap: shap.meanAbsolute[at],
    groupShap: groupShap.meanAbsolute[at],
    shapByClass: perClass(shap.meanAbsoluteByClass, at),
    groupShapByClass: perClass(groupShap.meanAbsoluteByClass, at),
    signedByClass: perClass(shap.meanSignedByClass, at),
  }));
}

/** The contributions that ensembles with attribution tell, of the deployed one and of every outer fold's. */
export function contributionsOfStacks(
  models: readonly string[],
  classes: number,
  stacks: Stacks,
): Contributions {
  const parts = [stacks.deployed, ...stacks.folds].map((stack) => stack.attribution!);
  const short = ({ model, shap, groupShap }: ModelContribution) => ({ model, shap, groupShap });
  return {
    rows: parts[0].shap.rows,
    models: contributionsOf(models, classes, parts[0]),
    additivity: {
      absolute: Math.max(...parts.map((part) => part.additivity.absolute)),
      relative: Math.max(...parts.map((part) => part.additivity.relative)),
    },
    folds: parts.slice(1).map((part) => contributionsOf(models, classes, part).map(short)),
  };
}
