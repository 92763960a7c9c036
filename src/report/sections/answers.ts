import type { DecideName, OperatingPoint } from '../../evaluation/decision-rule.js';
import {
  type Decision,
  type EnsembleCandidate,
  type EnsembleSummary,
  FULL,
  PRUNED,
} from '../../selection/decision.js';
import { bestSingleBy } from '../against.js';
import { SCORE_TITLES, score, signed } from '../format.js';
import type { Cell, TextTable } from '../tables.js';

/** Scores that a rule may move; log-loss does not depend on it. */
const RULED_SCORES = ['macroF1', 'accuracy', 'weightedF1'] as const;

const RULE_AIMS: Readonly<Record<DecideName, string>> = {
  balanced:
    'tau is the one of largest macro F1 among those that cost accuracy and weighted F1 at most one standard error, and leave them at most one and a half below the best single model’s',
  argmax: 'the likeliest class is the answer',
  accuracy: 'tau is the smallest of nearly the largest accuracy',
  macroF1: 'tau is the smallest of nearly the largest macro F1',
  weightedF1: 'tau is the smallest of nearly the largest weighted F1',
};

/** The two ensembles by name; none in decisions of earlier versions. */
export function ensembleSummaries({ ensembles }: Decision): [name: string, ensemble: EnsembleSummary][] {
  if (ensembles === undefined) return [];
  return [
    [FULL, ensembles.full],
    [PRUNED, ensembles.pruned],
  ];
}

/** By which rule the pruned ensemble answers and what that costs, in one sentence; none in earlier versions. */
export function ruleSentences({ ensembles }: Decision): string[] {
  if (ensembles === undefined) return [];
  const { rule, curve } = ensembles.pruned;
  if (rule.name === 'argmax') return ['Answers with the likeliest class (rule argmax).'];
  const head = `Answers by the rule ${rule.name} (tau ${rule.tau})`;
  if (rule.tau === 0)
    return [`${head}: with the likeliest class, because no other tau does better by that rule.`];
  const [chosen, likeliest] = [pointAt(curve, rule.tau), pointAt(curve, 0)];
  if (chosen === undefined || likeliest === undefined) return [`${head}.`];
  const costs = RULED_SCORES.map((name) => `${SCORE_TITLES[name]} ${signed(chosen[name] - likeliest[name])}`);
  return [`${head}: out of fold, ${costs.join(', ')} against the likeliest class.`];
}

function pointAt(curve: readonly OperatingPoint[], tau: number): OperatingPoint | undefined {
  return curve.find((point) => point.tau === tau);
}

/** What tau does, and what each ensemble turned out to be, in sentences; none in earlier versions. */
export function answerSentences(decision: Decision): string[] {
  const { ensembles } = decision;
  if (ensembles === undefined) return [];
  const { full, pruned } = ensembles;
  return [
    ...ruleSentences(decision),
    `An answer is the class of the largest margin less tau times the log share of the class among the training rows: at tau 0 the likeliest class, at larger tau rare classes sooner. By the rule ${pruned.rule.name}, ${RULE_AIMS[pruned.rule.name]}. Margins and probabilities do not depend on it.`,
    `The full ensemble is ${kindWords(full)}, the pruned one ${kindWords(pruned)}. Scores below are out of fold on the training rows; the first candidate is taken unless another is ahead by more than one standard error, trees alone by two.`,
  ];
}

/** `a pool`, `the single model x by a rule of its own`. */
function kindWords({ kind, model }: Pick<EnsembleCandidate, 'kind' | 'model'>): string {
  if (kind === 'single') return `the single model ${model}`;
  if (kind === 'single, own rule') return `the single model ${model} by a rule of its own`;
  return kind === 'pool' ? 'a pool' : kind === 'trees' ? 'boosted trees' : 'a pool and trees';
}

/** What an ensemble was chosen from. */
export function candidateTable(name: string, ensemble: EnsembleSummary): TextTable {
  return {
    caption: `What the ${name} was chosen from, scored out of fold on the training rows`,
    head: ['candidate', 'tau', 'accuracy', 'macro F1', 'weighted F1', 'log-loss', 'ahead', 'taken'],
    rows: ensemble.candidates.map((candidate, at) => [
      candidate.model === null ? candidate.kind : [candidate.kind, candidate.model].join(': '),
      String(candidate.tau),
      ...(['accuracy', 'macroF1', 'weightedF1', 'logLoss'] as const).map((each) => score(candidate[each])),
      at === 0 ? '–' : aheadCell(candidate),
      isTaken(ensemble, candidate) ? 'yes' : 'no',
    ]),
  };
}

function aheadCell({ ahead, standardError }: EnsembleCandidate): Cell {
  return [signed(ahead), `±${score(standardError)}`];
}

/** Whether the ensemble is what this candidate stands for. */
export function isTaken({ kind, model }: EnsembleSummary, candidate: EnsembleCandidate): boolean {
  return candidate.kind === kind && candidate.model === model;
}

/** What the pools listen to; null without a pool. */
export function weightTable(decision: Decision): TextTable | null {
  const pools = ensembleSummaries(decision).filter(([, { weights }]) => weights !== null);
  if (pools.length === 0) return null;
  const models = [...new Set(pools.flatMap(([, { weights }]) => weights!.map(({ model }) => model)))];
  return {
    caption: 'Weights of the models’ log-probabilities in the pool; a weight of 0 is not listened to',
    head: ['model', ...pools.map(([name]) => name)],
    rows: models.map((model) => [
      model,
      ...pools.map(([, { weights }]) => {
        const own = weights!.find((line) => line.model === model);
        return own === undefined ? '–' : score(own.weight);
      }),
    ]),
  };
}

/** Scores out of fold as tau moves, for what answers by a rule. */
export interface OperatingCurve {
  readonly name: string;
  readonly role: 'full' | 'pruned' | 'single';
  /** the one chosen */
  readonly tau: number;
  readonly points: readonly OperatingPoint[];
}

/** The curves of both ensembles and of the best single model by macro F1, without those that have no points. */
export function operatingCurves(decision: Decision): OperatingCurve[] {
  const { ensembles } = decision;
  if (ensembles === undefined) return [];
  const { full, pruned } = ensembles;
  const single = bestSingleBy(decision, 'macroF1');
  const curves: OperatingCurve[] = [
    { name: FULL, role: 'full', tau: full.rule.tau, points: full.curve },
    { name: PRUNED, role: 'pruned', tau: pruned.rule.tau, points: pruned.curve },
  ];
  if (single !== undefined) {
    curves.push({ name: single.models[0], role: 'single', tau: single.tau, points: single.curve });
  }
  return curves.filter(({ points }) => points.length > 0);
}

/** Every point of the operating curves. */
export function operatingTable(decision: Decision): TextTable {
  return {
    caption: 'Scores out of fold on the training rows as tau moves',
    head: ['predictor', 'tau', 'accuracy', 'macro F1', 'weighted F1', 'chosen'],
    rows: operatingCurves(decision).flatMap(({ name, tau: chosen, points }) =>
      points.map(({ tau, accuracy, macroF1, weightedF1 }) => [
        name,
        String(tau),
        ...[accuracy, macroF1, weightedF1].map(score),
        tau === chosen ? 'yes' : 'no',
      ]),
    ),
  };
}

/** Every single model under the decision's rule beside its plain answers; null in earlier versions. */
export function ruledTable({ ruled, ranking, metrics }: Decision): TextTable | null {
  const lines = ranking.filter(({ model }) => ruled !== undefined && Object.hasOwn(ruled, model));
  if (ruled === undefined || lines.length === 0) return null;
  return {
    caption:
      'Single models by the same rule, each with a tau of its own, on the evaluation rows; in brackets by their likeliest class',
    head: ['model', 'tau', 'accuracy', 'macro F1', 'weighted F1'],
    rows: lines.map(({ model }) => [
      model,
      String(ruled[model].tau),
      ...(['accuracy', 'macroF1', 'weightedF1'] as const).map(
        (name): Cell => [score(ruled[model][name]), `(${score(metrics.models[model][name])})`],
      ),
    ]),
  };
}
