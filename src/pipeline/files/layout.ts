import { z } from 'zod';
import type { Examples, Finding } from '../../data/examples/examples.js';
import { readExamples, writeExamples } from '../../data/examples/file.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import { toXgboostJson } from '../../ensemble/xgboost/json.js';
import { readModelFile } from '../../ensemble/xgboost/model-file.js';
import type { DecisionRule } from '../../evaluation/decision-rule.js';
import type { PairedResults } from '../../evaluation/paired.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { safeFileName, writeFileAtomic } from '../../io/atomic.js';
import type { FitCurve } from '../../models/cross-fit/result.js';
import { predictionFileName } from '../../predictions/store/store.js';
import { PAIRED } from '../../report/paired-file.js';
import { DECISION as DECISION_SCHEMA } from '../../report/schemas/decision.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { Decision, EnsembleSummary } from '../../selection/decision.js';
import type { EnsembleRanking } from '../../selection/ensemble-ranking.js';
import type { QuerySums } from '../../selection/query-sums.js';
import { CHOICE_SCHEMA } from './choice.js';
import { CONTRIBUTIONS_SCHEMA, type Contributions } from './contributions.js';
import { COST_TRIPLES, type CostTriple } from './costs.js';
import { CURVES_SCHEMA } from './curves.js';
import { FINDINGS_SCHEMA } from './findings.js';
import { FOREIGN_SCHEMA, type ForeignRecord, RANKING_SCHEMA } from './foreign.js';
import { type ClassProbabilities, readProbabilities, writeProbabilities } from './probabilities.js';
import { readProtocol, writeProtocol } from './protocol.js';
import { readQuerySums, writeQuerySums } from './query-sums.js';
import { type Codec, jsonCodec, type RunFile, type RunFileText, runFile } from './run-file.js';
import { type SavedSettings, SETTINGS_SCHEMA } from './settings.js';

/**
 * The run folder on one page: every stage and every file, what is in it, which command writes it, and its one checked
 * reader and writer. Nothing else names a file of a run.
 */

const ADDED = 'added:';
const MODEL = 'model:';
const REMOVED = 'removed:';

/** Names of the stages in run.json. */
export const STAGES = {
  data: 'data',
  protocol: 'protocol',
  /** predictions imported by `train` */
  imports: 'predictions',
  /** predictions added by one call of `import`, by a hash of its files; a later `train` keeps them */
  added: (files: string) => `${ADDED}${files}`,
  isAdded: (stage: string) => stage.startsWith(ADDED),
  /** a model trained here */
  model: (name: string) => `${MODEL}${name}`,
  /** the model that a stage trained; null for other stages */
  modelOf: (stage: string) => (stage.startsWith(MODEL) ? stage.slice(MODEL.length) : null),
  /** a model that the user has taken out of the run; its file stays, so that the model can come back */
  removed: (model: string) => `${REMOVED}${predictionFileName(model)}`,
  /** the predictions that such a stage takes out; null for other stages */
  removedFile: (stage: string) =>
    stage.startsWith(REMOVED) ? `${PREDICTIONS_FOLDER}/${stage.slice(REMOVED.length)}` : null,
  measuredCosts: 'costs measured',
  declaredCosts: 'costs declared',
  ensemble: 'ensemble',
  decision: 'decision',
  /** contributions to an ensemble of another engine, and a choice by them: a run without examples */
  foreign: 'foreign ensemble',
  foreignRanking: 'foreign ranking',
} as const;

const trained = (what: string): RunFileText => ({ what, madeBy: 'train' });
const ranked = (what: string): RunFileText => ({ what, madeBy: 'rank --budget N' });

/** A JSON file with its schema. */
function json<Value>(path: string, text: RunFileText, schema: z.ZodType): RunFile<Value> {
  return runFile(path, text, jsonCodec<Value>(schema, text));
}

/** Examples. `text`: whether products' text is read too. */
export const EXAMPLES: RunFile<Examples, { readonly text: boolean }> = runFile(
  'examples.arrow',
  trained('examples'),
  { read: readExamples, write: writeExamples },
);
/** Customers' behaviours, which the reader and the writer of the examples find beside them. */
export const BEHAVIOURS_PATH = 'examples-behaviours.arrow';

/** Who may see which label. */
export const PROTOCOL: RunFile<Protocol> = runFile('protocol.arrow', trained('evaluation protocol'), {
  read: readProtocol,
  write: writeProtocol,
});

/** Notes, warnings and errors of a stage. */
export const findingsOf = (stage: string): RunFile<readonly Finding[]> =>
  json(`findings/${findingsName(stage.replace(':', '-'))}.json`, trained('findings'), FINDINGS_SCHEMA);
/** Models' names may hold what file names may not. */
const findingsName = (stage: string): string => (/^[\w.-]+$/.test(stage) ? stage : safeFileName(stage));

/** The folder of the models' predictions, and the file of one. */
export const PREDICTIONS_FOLDER = 'predictions';
export const predictionsPath = (model: string): string =>
  `${PREDICTIONS_FOLDER}/${predictionFileName(model)}`;

/** A file of a model trained here: what it needs to answer again. */
export const modelPath = (model: string, file: string): string => `models/${safeFileName(model)}/${file}`;

/** How a model's fits went, the refit's last. */
export const curvesOf = (model: string): RunFile<readonly FitCurve[]> =>
  json(modelPath(model, 'curves.json'), trained('learning curves'), CURVES_SCHEMA);

/** Costs measured here: what of a run differs between two runs of the same inputs. */
export const MEASURED_COSTS: RunFile<readonly CostTriple[]> = json(
  'measured-costs.json',
  trained('measured costs'),
  COST_TRIPLES,
);
/** Costs the user declared with `--costs`, which win over measured ones. */
export const DECLARED_COSTS: RunFile<readonly CostTriple[]> = json(
  'declared-costs.json',
  trained('declared costs'),
  COST_TRIPLES,
);

/** A tree ensemble with the names of its classes and the rule by which its margins become answers. */
export interface NamedEnsemble {
  readonly ensemble: TreeEnsemble;
  readonly classes: readonly string[];
  readonly rule: DecisionRule;
}
const ENSEMBLE_CODEC: Codec<TreeEnsemble, void, NamedEnsemble> = {
  read: readModelFile,
  write: (path, { ensemble, classes, rule }) => {
    const metadata = { classes: JSON.stringify(classes), decision_rule: JSON.stringify(rule) };
    return writeFileAtomic(path, toXgboostJson(ensemble, metadata));
  },
};

/** The deployed ensemble of all models, as XGBoost JSON. */
export const ENSEMBLE = runFile('ensemble/model.json', trained('fitted ensemble'), ENSEMBLE_CODEC);

/** How many rounds the deployed ensemble has, and the loss that decided it. */
export interface EnsembleCurve {
  readonly rounds: number;
  /** mean over the validation folds after each round, in nats */
  readonly validationLogLoss: readonly number[];
}
export const CURVE: RunFile<EnsembleCurve> = json(
  'ensemble/curve.json',
  trained('learning curve of the ensemble'),
  z.object({ rounds: z.number(), validationLogLoss: z.array(z.number()) }),
);

/** What the deployed ensemble is, how it answers, and what it was chosen from. */
export const CHOICE: RunFile<EnsembleSummary> = json(
  'ensemble/choice.json',
  trained('choice of the ensemble'),
  CHOICE_SCHEMA,
);

/** How the ensemble was fitted. */
export const SETTINGS: RunFile<SavedSettings> = json(
  'ensemble/settings.json',
  trained('fitted ensemble'),
  SETTINGS_SCHEMA,
);

/** Probabilities of the evaluation rows by ensembles of all models that never saw them. */
export const PROBABILITIES: RunFile<ClassProbabilities> = runFile(
  'ensemble/probabilities.arrow',
  trained('probabilities of the ensemble'),
  { read: readProbabilities, write: writeProbabilities },
);

/** What each model contributes. */
export const CONTRIBUTIONS: RunFile<Contributions> = json(
  'attribution/contributions.json',
  trained('contributions'),
  CONTRIBUTIONS_SCHEMA,
);
/** The same, summed per query. */
export const QUERY_SUMS: RunFile<QuerySums> = runFile(
  'attribution/per-query.arrow',
  trained('contributions per query'),
  { read: readQuerySums, write: writeQuerySums },
);

/** The latest decision, which `report` shows. */
export const DECISION: RunFile<Decision> = json(
  'decision/decision.json',
  ranked('decision'),
  DECISION_SCHEMA,
);
/** The ensemble of the models kept, and of those kept for one locale. */
export const PRUNED_ENSEMBLE = runFile('decision/model.json', ranked('pruned ensemble'), ENSEMBLE_CODEC);
export const localeEnsemble = (locale: string) =>
  runFile(`decision/locales/${safeFileName(locale)}.json`, ranked('ensemble of the locale'), ENSEMBLE_CODEC);
/** Results per query of every predictor of the decision. */
export const PAIRED_RESULTS: RunFile<PairedResults> = runFile(
  'decision/paired.json',
  ranked('results per query'),
  jsonCodec<PairedResults>(PAIRED, ranked('results per query'), 0),
);

/** Where earlier decisions are kept, what each is called, and which is the latest: beside the stages, which know one. */
const DECISIONS_FOLDER = 'decisions';
export const HISTORY_PATH = `${DECISIONS_FOLDER}/history.json`;
export const LATEST_PATH = `${DECISIONS_FOLDER}/latest`;
/** A file of a kept decision; `name` is its number and the start of its hash: `3-5f0c9a1b`. */
export const keptPath = (name: string, file: 'decision.json' | 'paired.json'): string =>
  `${DECISIONS_FOLDER}/${name}/${file}`;

/** What players contribute to an ensemble of another engine. */
export const FOREIGN: RunFile<ForeignRecord> = json(
  'foreign/contributions.json',
  { what: 'contributions', madeBy: 'merge' },
  FOREIGN_SCHEMA,
);
/** The players that were kept of it. */
export const FOREIGN_RANKING: RunFile<EnsembleRanking> = json(
  'foreign/ranking.json',
  ranked('ranking'),
  RANKING_SCHEMA,
);

/** Stages of trained models that are in a run, and the models' names, in order of the run's record. */
export function trainedModelNames(run: RunFolder): string[] {
  return Object.keys(run.manifest.stages).flatMap((stage) => STAGES.modelOf(stage) ?? []);
}
