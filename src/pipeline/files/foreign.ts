import { z } from 'zod';
import { BUDGET } from '../../report/schemas/decision.js';
import type { MergedScores, PlayerContribution, PlayerTerms } from '../../selection/ensemble-ranking.js';

/** What players contribute to an ensemble of another engine, and what is known of them: what `rank` chooses by. */
export interface ForeignRecord {
  readonly schema: 'esci-select/foreign/1';
  readonly format: string;
  readonly objective: string;
  readonly rows: number;
  readonly outputs: readonly string[];
  readonly players: readonly (PlayerContribution & Omit<PlayerTerms, 'name'>)[];
  readonly scores: MergedScores | null;
}

const numbers = z.array(z.number());
const names = z.array(z.string());
const count = z.number().int().nonnegative();
const CONTRIBUTION = {
  player: z.string(),
  context: z.boolean(),
  shap: z.number(),
  groupShap: z.number(),
  shapByOutput: numbers,
  groupShapByOutput: numbers,
  signedByOutput: numbers,
};
const SCORES = z
  .looseObject({
    classes: names,
    rows: count,
    accuracy: z.number(),
    macroF1: z.number(),
    weightedF1: z.number(),
    logLoss: z.number(),
    replicates: count,
    confusion: z.array(numbers),
  })
  .nullable();

/** What `foreign/contributions.json` must look like. */
export const FOREIGN_SCHEMA = z.looseObject({
  schema: z.literal('esci-select/foreign/1'),
  format: z.string(),
  objective: z.string(),
  rows: count,
  outputs: names,
  players: z.array(
    z.looseObject({ ...CONTRIBUTION, required: z.boolean(), costs: z.record(z.string(), z.number()) }),
  ),
  scores: SCORES,
});

/** What `foreign/ranking.json` must look like. */
export const RANKING_SCHEMA = z.looseObject({
  schema: z.literal('esci-select/ensemble-ranking/1'),
  format: z.string(),
  objective: z.string(),
  rows: count,
  outputs: names,
  budget: BUDGET,
  ranking: z.array(z.looseObject({ ...CONTRIBUTION, kept: z.boolean(), why: z.string() })),
  kept: names,
  columns: names,
  judged: z.looseObject({ rows: count, queries: count, folds: count }).nullable(),
  scores: SCORES,
});
