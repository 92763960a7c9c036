import { readFile } from 'node:fs/promises';
import type { ModelAttribution } from '../../attribution/models.js';
import { writeFileAtomic } from '../../io/atomic.js';
import type { Contribution } from '../../selection/rank.js';
import type { Stacks } from '../stacking/stacks.js';

/** One model's contribution, averaged over explained rows; margins (log-odds). */
export interface ModelContribution extends Contribution {
  /** mean |contribution| per class, in label order */
  readonly shapByClass: readonly number[];
  readonly groupShapByClass: readonly number[];
  /** mean signed contribution per class */
  readonly signedByClass: readonly number[];
}

/** Largest additivity errors over all rows explained: |bias + contributions - margin|, and that over their size. */
export interface Additivity {
  readonly absolute: number;
  readonly relative: number;
}

/** What the models contribute to the deployed ensemble, and to each outer fold's where all is cross-validated. */
export interface Contributions {
  readonly rows: number;
  readonly models: readonly ModelContribution[];
  readonly additivity: Additivity;
  readonly folds: readonly (readonly Contribution[])[];
}

/** Turns summaries [model][class] into one record per model. */
export function contributionsOf(
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

/** Saves contributions as JSON. */
export async function writeContributions(path: string, contributions: Contributions): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(contributions, null, 2)}\n`);
}

/** Reads what `writeContributions` wrote. */
export async function readContributions(path: string): Promise<Contributions> {
  return JSON.parse(await readFile(path, 'utf8')) as Contributions;
}
