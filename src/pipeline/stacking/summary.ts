import type { EnsembleSummary } from '../../selection/decision.js';
import type { Stack } from './stack.js';

/** What an ensemble is and what it was chosen from; `models` are the names of the models it was fitted on, in order. */
export function ensembleSummary(stack: Stack, models: readonly string[]): EnsembleSummary {
  const { kind, chosen, candidates, weights } = stack;
  const nameOf = (model: number | null) => (model === null ? null : models[model]);
  const taken = candidates.find((candidate) => candidate.kind === kind);
  return {
    kind,
    model: nameOf(taken?.model ?? null),
    rule: chosen.rule,
    candidates: candidates.map(({ kind: each, model, tau, scores, ahead, standardError }) => ({
      kind: each,
      model: nameOf(model),
      tau,
      ...scores,
      ahead,
      standardError,
    })),
    weights:
      weights === null
        ? null
        : models
            .map((model, at) => ({ model, weight: weights[at] }))
            .sort((a, b) => b.weight - a.weight || (a.model < b.model ? -1 : 1)),
    curve: chosen.curve,
  };
}
