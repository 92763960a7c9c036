/**
 * esci-select as a library: the same stages the command line runs, as functions over plain data.
 */

export type { AdditivityError } from './attribution/additivity.js';
export { attributeRows } from './attribution/attribute.js';
export { type AttributedBatch, type Attributor, createAttributor } from './attribution/attributor.js';
export type { Cuts } from './attribution/cuts.js';
export type { RowAttribution, RowInput } from './attribution/explain.js';
export { describePlan, type PlanDescription } from './attribution/lookup/describe.js';
export type { LookupCounts, LookupGroup, LookupPlan, LookupTree } from './attribution/lookup-types.js';
export type { ModelBlock, ModelTable } from './attribution/model-block.js';
export {
  attributeModels,
  attributeOne,
  type ModelAttribution,
  type ModelAttributionInput,
} from './attribution/models.js';
export { attributeModelsParallel, type ParallelInput } from './attribution/parallel.js';
export { planAttribution } from './attribution/plan.js';
export { type PlanThreads, planGamesParallel } from './attribution/plan-parallel.js';
export type { AttributionPlan, PlanOptions, RowRange, TreePlan } from './attribution/plan-types.js';
export { featurePlayers, groupPlayers, type Players } from './attribution/players.js';
export { attributeRowsParallel, type RowsThreads } from './attribution/rows-parallel.js';
export type { Summary, SummaryTotals } from './attribution/summary.js';
export type {
  Behaviours,
  ExampleIdentity,
  Examples,
  Finding,
  InputFile,
  Place,
  ProductText,
  Severity,
} from './data/examples/examples.js';
export { ESCI, type LabelSpace } from './data/examples/labels.js';
export type { Role } from './data/examples/load-options.js';
export { groupedFolds, groupedSplit } from './data/examples/splits.js';
export type { ConstantAnswer, DataSummary, NamedRows, Spread } from './data/examples/summary.js';
export { type Inspection, inspectData } from './data/inspect.js';
export { type LoadedExamples, type LoadOptions, loadExamples } from './data/load.js';
export { type BoostingOptions, boostingOptions, type ClassWeights } from './ensemble/boosting-options.js';
export type { DerivedColumn, Level, NumberMissing, SourceColumn } from './ensemble/foreign/columns.js';
export { type EncodedTable, type Encoding, encodeTable } from './ensemble/foreign/encode.js';
export type {
  EnsembleFormat,
  ForeignEnsemble,
  Iterations,
  MarginLink,
} from './ensemble/foreign/foreign-ensemble.js';
export { parseEnsemble } from './ensemble/foreign/format.js';
export { toLightgbmText } from './ensemble/foreign/lightgbm-write.js';
export { readEnsemble } from './ensemble/foreign/read.js';
export type { ScoreBatch, ScoreMethod, ScoreTree } from './ensemble/scoring/batches.js';
export { describeScorePlan, type ScorePlanDescription } from './ensemble/scoring/describe.js';
export { type ScoreThreads, scoreMarginsParallel } from './ensemble/scoring/parallel.js';
export { planScoring, type ScorePlan } from './ensemble/scoring/plan.js';
export { scoreMargins } from './ensemble/scoring/score.js';
export { type CandidateScore, type FittedEnsemble, fitEnsemble } from './ensemble/stack/fit.js';
export type { EnsembleKind, EnsembleTask, StackName } from './ensemble/stack/task.js';
export type { BinnedFeatures, Bins } from './ensemble/training/binning.js';
export type { BoostingData } from './ensemble/training/booster.js';
export { type BoostingInput, type BoostingResult, trainBoosting } from './ensemble/training/train.js';
export type { FeatureMatrix, Tree, TreeEnsemble } from './ensemble/tree.js';
export { fromXgboostJson, toXgboostJson } from './ensemble/xgboost/json.js';
export { readModelFile } from './ensemble/xgboost/model-file.js';
export { type ErrorCode, type ErrorPlace, EsciSelectError } from './errors.js';
export type { Interval, Intervals } from './evaluation/bootstrap.js';
export type { ReliabilityBin } from './evaluation/calibration.js';
export {
  type ChosenRule,
  chooseRule,
  type DecideName,
  type DecisionRule,
  decide,
  type JudgedMargins,
  type OperatingPoint,
  type References,
} from './evaluation/decision-rule.js';
export {
  type Difference,
  type EvaluateOptions,
  type Evaluation,
  type EvaluationResult,
  evaluate,
  evaluationSet,
} from './evaluation/evaluate.js';
export type { ClassMetrics, ScoreName, Scores } from './evaluation/metrics.js';
export type { Protocol } from './evaluation/protocol.js';
export { type ScreenInput, type ScreenResult, screenModel } from './evaluation/screen.js';
export type { SliceScores } from './evaluation/slices.js';
export type { EvaluationSet, GroupStatistics, Predictor } from './evaluation/statistics.js';
export type { ModelChoice } from './models/choose.js';
export { loadModel } from './models/load.js';
export type { CurvePoint, FitInput, FittedModel, Model, Need } from './models/model.js';
export type { ScreenSummary } from './pipeline/choosing/screening.js';
export type { ByClass } from './pipeline/commands/explain.js';
export type { TrainedModel } from './pipeline/commands/train.js';
export type { DescribedModel, Training } from './pipeline/files/training-summary.js';
export * from './pipeline.js';
export type { FileReading, JoinReading, JoinReport, ModelReading } from './predictions/file-reading.js';
export { importPredictions } from './predictions/import.js';
export type { DataFile, ImportedModel, ImportOptions, ImportResult } from './predictions/import-options.js';
export type { LayoutForm } from './predictions/layout/column-layout.js';
export type {
  Cost,
  DeclaredKind,
  ModelCard,
  PredictionKind,
  PredictionMatrix,
  PretrainedCard,
} from './predictions/matrix.js';
export type { ReportComparison } from './report/comparison.js';
export type {
  ContributionSample,
  ExplainedExample,
  Insights,
  SampledModel,
  TrustNode,
  TrustTree,
} from './report/insights.js';
export type { DataSummary as ReportData, Report, Reproduction, TrainingCurve } from './report/report.js';
export type { Audit, AuditLine } from './selection/audit.js';
export { type Budget, type CostLimit, parseBudget } from './selection/budget.js';
export type { Combine } from './selection/costs.js';
export type {
  Baseline,
  BestSingle,
  Decision,
  EnsembleCandidate,
  EnsembleSummary,
  LocaleDecision,
  ModelScreen,
  ProtocolSummary,
  RankingEvidence,
  RankingLine,
  RuledModel,
} from './selection/decision.js';
export type { Floor } from './selection/floors.js';
export type { Frontier, FrontierPoint, FrontierSet } from './selection/frontier.js';
export type { Keep } from './selection/keep.js';
export { type Budgets, type LocaleBudget, parseBudgets } from './selection/locale-budgets.js';
export type { MeasuredModel, MeasureName, Measures } from './selection/measures.js';
export type { ModelReason, OverLimit } from './selection/model-reason.js';
export type { NonInferiority } from './selection/non-inferiority.js';
export type { Cluster, Redundancy, Similarity } from './selection/redundancy.js';
export type { Settling } from './selection/settle.js';
export type { Slice, SliceGain, SliceTable } from './selection/slices.js';
export type { Advantage, Screening, SearchReport, TraceStep } from './selection/strategy.js';
export type { CostChange, Newcomer, Trial, TrialReason } from './selection/trial.js';
export {
  type AnswerSource,
  type ModelAnswer,
  openServable,
  type PairAnswer,
  type Servable,
} from './serving/answering/servable.js';
export type { BundledEnsemble, BundledModel, BundleManifest } from './serving/bundle/manifest.js';
export type { Bundle } from './serving/bundle/open.js';
export type { Pair, PairText } from './serving/pair.js';
