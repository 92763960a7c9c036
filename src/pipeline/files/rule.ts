import { argmaxRule, type DecisionRule } from '../../evaluation/decision-rule.js';
import type { RunFolder } from '../../run/run-folder.js';
import { CHOICE } from './layout.js';

/** The rule by which a run's ensemble answers; runs of before there were rules answer with the likeliest class. */
export async function ruleOf(run: RunFolder, classes: number): Promise<DecisionRule> {
  return CHOICE.isIn(run) ? (await CHOICE.read(run)).rule : argmaxRule(classes);
}
