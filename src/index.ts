/**
 * esci-select as a library: the same stages the command line runs, as functions over plain data.
 */

export { describePlan, type PlanDescription } from './attribution/lookup/describe.js';
export { attributeModels, attributeOne } from './attribution/models.js';
export { attributeModelsParallel } from './attribution/parallel.js';
export { planAttribution } from './attribution/plan.js';
export { featurePlayers, groupPlayers } from './attribution/players.js';
export type { Behaviours, Examples, Finding, ProductText } from './data/examples/examples.js';
export { ESCI, type LabelSpace } from './data/examples/labels.js';
export { groupedFolds, groupedSplit } from './data/examples/splits.js';
export { type Inspection, inspectData } from './data/inspect.js';
export { type LoadedExamples, type LoadOptions, loadExamples } from './data/load.js';
export { type BoostingOptions, boostingOptions } from './ensemble/options.js';
export { describeScorePlan, type ScorePlanDescription } from './ensemble/scoring/describe.js';
export { scoreMarginsParallel } from './ensemble/scoring/parallel.js';
export { planScoring } from './ensemble/scoring/plan.js';
export { scoreMargins } from './ensemble/scoring/score.js';
export { trainBoosting } from './ensemble/training/train.js';
export type { FeatureMatrix, Tree, TreeEnsemble } from './ensemble/tree.js';
export { fromXgboostJson, toXgboostJson } from './ensemble/xgboost/json.js';
export { readModelFile } from './ensemble/xgboost/model-file.js';
export { type ErrorCode, EsciSelectError } from './errors.js';
export { type Evaluation, evaluate, evaluationSet } from './evaluation/evaluate.js';
export type { ModelChoice } from './models/choose.js';
export { loadModel } from './models/load.js';
export type { CurvePoint, FitInput, FittedModel, Model, Need } from './models/model.js';
export * from './pipeline.js';
export { importPredictions } from './predictions/import.js';
export type { Cost, ModelCard, PredictionMatrix } from './predictions/matrix.js';
export type { Report } from './report/report.js';
export { type Budget, parseBudget } from './selection/budget.js';
export type { Decision } from './selection/decision.js';
export { type Budgets, type LocaleBudget, parseBudgets } from './selection/locale-budgets.js';
