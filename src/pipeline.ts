/**
 * The stages composed into commands: examples -> models -> predictions -> ensemble -> attribution -> selection -> report.
 * No terminal and no process here; progress goes to `PipelineContext.onEvent`.
 */

export type { EvaluationMode } from './evaluation/protocol.js';
export { type AddOptions, type AddSummary, addPredictions } from './pipeline/commands/add.js';
export { type CompareOptions, compare, type JudgeOptions, judge } from './pipeline/commands/compare.js';
export { type ExplainedModel, type Explanation, explain } from './pipeline/commands/explain.js';
export {
  type ExplainAllOptions,
  explainAll,
  type WrittenExplanations,
} from './pipeline/commands/explain-all.js';
export {
  type EnsembleExplanation,
  type ExplainEnsembleOptions,
  explainEnsemble,
} from './pipeline/commands/explain-ensemble.js';
export {
  type ExportedBundle,
  type ExportOptions,
  exportBundle,
} from './pipeline/commands/export.js';
export { type HistoryOptions, history } from './pipeline/commands/history.js';
export { type MergedSums, type MergeOptions, merge } from './pipeline/commands/merge.js';
export { type PredictOptions, predict, type WrittenAnswers } from './pipeline/commands/predict.js';
export { type RankOptions, rank } from './pipeline/commands/rank.js';
export { type RankEnsembleOptions, rankEnsemble } from './pipeline/commands/rank-ensemble.js';
export {
  type BudgetSuggestion,
  type Ranking,
  type RankWithoutBudgetOptions,
  rankWithoutBudget,
} from './pipeline/commands/rank-without-budget.js';
export { type ReportOptions, report, type WrittenReport } from './pipeline/commands/report.js';
export { type TrainSummary, train } from './pipeline/commands/train.js';
export { type TrialOptions, trial } from './pipeline/commands/trial.js';
export type { PipelineContext, PipelineEvent } from './pipeline/events.js';
export type { ForeignRecord } from './pipeline/files/foreign.js';
export type { DecisionRecord } from './pipeline/files/history.js';
export type { ExpectedMargins } from './pipeline/foreign/expect.js';
export type { EnsembleInput } from './pipeline/foreign/explained.js';
export { type Check, type Diagnosis, examineMachine } from './pipeline/machine.js';
export { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat } from './pipeline/report-formats.js';
export {
  BACKENDS,
  SAMPLE_DATA,
  TRAIN_DEFAULTS,
  type TrainingBackend,
  type TrainOptions,
} from './pipeline/train-options.js';
export type { ComparedReports, GateResult, ScoreChange } from './report/comparison.js';
export type { HistoryLine } from './report/history.js';
export type {
  DrawnScore,
  EnsembleRanking,
  JudgedRefit,
  MergedScores,
  PlayerContribution,
  PlayerTerms,
  RankedPlayer,
} from './selection/ensemble-ranking.js';
