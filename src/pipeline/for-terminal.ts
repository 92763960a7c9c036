/**
 * The words a terminal needs of the stages: what it offers as choices, and the types of what it prints. Listed here so that
 * the command line knows the pipeline, the report and errors, and nothing below them.
 */

export { templateFile, VERSION } from '../assets.js';
export type { DownloadProgress } from '../data/download/download.js';
export type { Finding, Place } from '../data/examples/examples.js';
export { type LoadOptions, ROLES } from '../data/examples/load-options.js';
export type { Inspection } from '../data/inspect.js';
export type { BoostingOptions } from '../ensemble/boosting-options.js';
export { ITERATIONS, type Iterations } from '../ensemble/foreign/foreign-ensemble.js';
export { STACK_NAMES, type StackName } from '../ensemble/stack/task.js';
export { DECIDE_NAMES, type DecideName } from '../evaluation/decision-rule.js';
export { SCORE_NAMES } from '../evaluation/metrics.js';
export { guardBlocking } from '../io/blocking.js';
export { formatByteSize, parseByteSize } from '../io/byte-size.js';
export { cannotWrite, readReason } from '../io/errors.js';
export { memoryLimitProblem } from '../io/memory-limit.js';
export { checked, type JsonSource, keyPath, parseJsonFile } from '../io/text/checked-json.js';
export type { ImportOptions } from '../predictions/import.js';
export type { Decision } from '../selection/decision.js';
export { KEEP_NAMES } from '../selection/keep.js';
export { DEFAULT_STRATEGY, STRATEGIES, STRATEGY_NAMES } from '../selection/strategies/registry.js';
export type { Trial } from '../selection/trial.js';
export { EMITTED, type Emitted, FLUSHES, type Flush } from './emitted.js';
