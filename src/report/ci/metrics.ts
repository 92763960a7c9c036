import { SCORE_NAMES } from '../../evaluation/metrics.js';
import { type Decision, PRUNED } from '../../selection/decision.js';
import { comparisonLines, costNames, summedCost } from '../tables.js';

/**
 * Numbers of a decision by flat names, for tools that keep metrics: scores of the pruned ensemble with their intervals, of the
 * full one, F1 by class, what the models kept cost and how many they are. What is not known is left out.
 */
export function metricsOf(decision: Decision): Map<string, number> {
  const { metrics, classes, kept } = decision;
  const found = new Map<string, number>();
  const add = (name: string, value: number | null | undefined) => {
    if (typeof value === 'number' && Number.isFinite(value)) found.set(name, value);
  };
  for (const name of SCORE_NAMES) {
    add(name, metrics.pruned[name]);
    add(`${name}_low`, metrics.pruned.intervals[name][0]);
    add(`${name}_high`, metrics.pruned.intervals[name][1]);
    add(`full_${name}`, metrics.full[name]);
  }
  classes.forEach((name, at) => {
    add(`f1_${name}`, metrics.pruned.perClass[at]?.f1);
  });
  const models = comparisonLines(decision).find(({ name }) => name === PRUNED)!.models;
  for (const name of costNames(decision)) add(`cost_${name}`, summedCost(decision, models, name));
  add('models', kept.length);
  return found;
}

/** The metrics as JSON that `dvc metrics show` and `dvc metrics diff` read: one flat object of numbers. */
export function renderMetrics(decision: Decision): string {
  return `${JSON.stringify(Object.fromEntries(metricsOf(decision)), null, 2)}\n`;
}
