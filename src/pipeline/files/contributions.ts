import { z } from 'zod';
import type { Contribution } from '../../selection/rank.js';

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

const contribution = { model: z.string(), shap: z.number(), groupShap: z.number() };
const perClass = z.array(z.number());

/** What `attribution/contributions.json` must look like. */
export const CONTRIBUTIONS_SCHEMA = z.object({
  rows: z.number().int().nonnegative(),
  models: z.array(
    z.object({
      ...contribution,
      shapByClass: perClass,
      groupShapByClass: perClass,
      signedByClass: perClass,
    }),
  ),
  additivity: z.object({ absolute: z.number(), relative: z.number() }),
  folds: z.array(z.array(z.object(contribution))),
});
