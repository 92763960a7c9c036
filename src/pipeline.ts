/**
 * The stages composed into commands: examples -> models -> predictions -> ensemble -> attribution -> selection -> report.
 * No terminal and no process here; progress goes to `PipelineContext.onEvent`.
 */
export { type AddOptions, type AddSummary, addPredictions } from './pipeline/add.js';
export { type CompareOptions, compare } from './pipeline/compare.js';
export { type Check, type Diagnosis, examineMachine } from './pipeline/doctor.js';
export type { PipelineContext, PipelineEvent } from './pipeline/events.js';
export { type ExplainedModel, type Explanation, explain } from './pipeline/explain.js';
export { type ExplainAllOptions, explainAll, type WrittenExplanations } from './pipeline/explain-all.js';
export { SAMPLE_DATA, TRAIN_DEFAULTS, type TrainOptions } from './pipeline/options.js';
export type { EvaluationMode } from './pipeline/protocol.js';
export { type RankOptions, rank } from './pipeline/rank.js';
export { type ReportOptions, report, type WrittenReport } from './pipeline/report.js';
export { DEFAULT_FORMATS, REPORT_FORMATS, type ReportFormat } from './pipeline/report-formats.js';
export { type TrainSummary, train } from './pipeline/train.js';
export { type TrialOptions, trial } from './pipeline/trial.js';
export type { ComparedReports, GateResult, ScoreChange } from './report/comparison.js';
