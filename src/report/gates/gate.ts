import type { ScoreName } from '../../evaluation/metrics.js';

/** Kinds of conditions on a number; all but the last have a limit. */
export const GATE_KINDS = ['drop', 'rise', 'below', 'above', 'significantly worse'] as const;
export type GateKind = (typeof GATE_KINDS)[number];

/** Scores of one class. */
export const CLASS_SCORES = ['f1', 'precision', 'recall'] as const;
type ClassScore = (typeof CLASS_SCORES)[number];

/** What every gate on a number has. */
interface Condition {
  /** as the user wrote it */
  readonly text: string;
  /** whose number it is */
  readonly predictor: string;
  readonly kind: GateKind;
  /** of drop, rise, below and above; 0 of the last kind */
  readonly limit: number;
}

/** A gate on a score over all rows, or over those of one locale. */
export interface ScoreGate extends Condition {
  readonly about: 'score';
  readonly score: ScoreName;
  readonly locale: string | null;
}

/** A gate on a score of one class. */
export interface ClassGate extends Condition {
  readonly about: 'class';
  readonly score: ClassScore;
  readonly class: string;
}

/** A gate on what the models of a predictor cost together, per row. */
export interface CostGate extends Condition {
  readonly about: 'cost';
  readonly cost: string;
}

/** A gate on the models kept: whether they are others than before, whether one is among them, or how many they are. */
export interface KeptGate {
  readonly about: 'kept';
  readonly text: string;
  readonly kind: 'changed' | 'has' | 'lacks' | 'below' | 'above';
  /** of has and lacks */
  readonly model: string;
  /** of below and above: a number of models */
  readonly limit: number;
}

/** A condition under which a report fails. */
export type Gate = ScoreGate | ClassGate | CostGate | KeptGate;

/** Whether a gate can be judged only beside an earlier report. */
export function needsBaseline({ kind }: Gate): boolean {
  return kind === 'drop' || kind === 'rise' || kind === 'significantly worse' || kind === 'changed';
}
