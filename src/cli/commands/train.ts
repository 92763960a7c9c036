import { type Command, Option } from 'commander';
import { shellWord } from '../../errors.js';
import { DECIDE_NAMES, type DecideName, STACK_NAMES, type StackName } from '../../pipeline/for-terminal.js';
import { PRESET_NAMES, type PresetName } from '../../pipeline/presets.js';
import { BACKENDS, TRAIN_DEFAULTS } from '../../pipeline/train-options.js';
import type { EvaluationMode, TrainingBackend, TrainOptions, TrainSummary } from '../../pipeline.js';
import { amount, count, percent, score, standardDeviations } from '../../report/format.js';
import { type BoostingFlags, boostingFlags, withBoostingFlags } from '../boosting-flags.js';
import { type DataFlags, loadOptions, withDataFlags } from '../data-flags.js';
import { DEFAULT_RUN, newCommand, withThreads } from '../globals.js';
import { type ImportFlags, importOptions, withImportFlags } from '../import-flags.js';
import { type GlobalOptions, printResult } from '../output.js';
import { positiveNumber, wholeNumber } from '../parse.js';
import { presetHelp, withPreset } from '../presets.js';
import { duration, Progress } from '../progress.js';
import { textTable } from '../table.js';
import { plain } from '../text.js';
import { renderPlan } from '../training-plan.js';

interface TrainFlags extends GlobalOptions, DataFlags, ImportFlags, BoostingFlags {
  data?: string[];
  models: string;
  backend: TrainingBackend;
  predictions?: string[];
  run: string;
  maxTrainRows?: number;
  warmStart?: string;
  stack: StackName;
  decide: DecideName;
  folds: number;
  seed: number;
  threads: number;
  evaluation: EvaluationMode;
  force?: boolean;
  measure: boolean;
  preset?: PresetName;
  timeLimit?: number;
  plan?: boolean;
}

const EXAMPLES = `
Examples:
  $ esci-select train
  $ esci-select train --data official/ --dataset-version small --locales us
  $ esci-select train --models lexical,./mine.js
  $ esci-select train --data judgements.csv --models lexical,encoder:./minilm
  $ esci-select train --data judgements.csv --models lexical --predictions predictions/ --run my-run
  $ esci-select train --preset quick --time-limit 10 --plan
`;

/** `esci-select train`: load, validate, cross-fit, import, fit the ensemble, take contributions. */
export function trainCommand(signal: AbortSignal): Command {
  const command = newCommand(
    'train',
    'load data, train and import models, fit the ensemble, take contributions',
  )
    .option('--data <paths...>', 'files or folders of examples; default: the simulated sample')
    .option(
      '--models <list>',
      'models to train: all (but cross-encoder, which must be named), none, or names such as lexical,graphsage, modules such as ./mine.js, and language models as encoder:FOLDER or onnx:FOLDER',
      'all',
    )
    .option('--predictions <paths...>', 'files or folders of predictions of other models')
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option(
      '--max-train-rows <n>',
      "training rows of each fit at most, drawn in the classes' shares; default: all",
      wholeNumber(1),
    )
    .addOption(
      new Option('--backend <name>', 'what models are trained on; tensorflow needs the native library')
        .choices(BACKENDS)
        .default(TRAIN_DEFAULTS.backend),
    )
    .option('--warm-start <run>', 'start from the models of the same names in this run (of other queries)')
    .addOption(
      new Option('--stack <what>', 'the ensemble: the best of all by inner cross-validation, pool, or trees')
        .choices(STACK_NAMES)
        .default(TRAIN_DEFAULTS.stack),
    )
    .addOption(
      new Option('--decide <rule>', 'how margins become answers: which scores the rule serves')
        .choices(DECIDE_NAMES)
        .default(TRAIN_DEFAULTS.decide),
    )
    .addOption(
      new Option(
        '--preset <name>',
        'several options at once; what each sets is at the end of this help',
      ).choices(PRESET_NAMES),
    )
    .option(
      '--time-limit <minutes>',
      'begin no further model when what is left would not suffice; the quickest come first',
      positiveNumber,
    )
    .option('--plan', 'say what would be done and how long it would take, and do nothing')
    .option('--folds <k>', 'folds of whole queries', wholeNumber(2), TRAIN_DEFAULTS.folds)
    .option('--seed <n>', 'seed of everything random', wholeNumber(0), TRAIN_DEFAULTS.seed)
    .addOption(
      new Option('--evaluation <mode>', 'how scores are taken; auto respects a split column')
        .choices(['auto', 'holdout', 'cross-validate'])
        .default('auto'),
    )
    .option('--force', 'run every stage again, and replace a run of other data')
    .option(
      '--no-measure',
      'do not measure inference latency, so that even costs are the same bytes every time',
    );
  return withThreads(withBoostingFlags(withImportFlags(withDataFlags(command))))
    .addHelpText('after', `${presetHelp()}${EXAMPLES}`)
    .action((given: TrainFlags, self: Command) => runTrain(given, self, signal));
}

async function runTrain(given: TrainFlags, self: Command, signal: AbortSignal): Promise<void> {
  const flags = withPreset(given, self);
  const progress = new Progress(flags);
  const elapsedMs = () => progress.elapsedMs;
  try {
    const { train } = await import('../../pipeline.js');
    const context = { threads: flags.threads, signal, onEvent: progress.onEvent, elapsedMs };
    if (flags.plan === true) {
      const { planTraining } = await import('../../pipeline/commands/plan.js');
      const plan = await planTraining(trainOptions(flags), context);
      printResult(flags, plan, () => renderPlan(plan));
      return;
    }
    const summary = await train(trainOptions(flags), context);
    progress.stop();
    printResult(flags, summary, () => render(summary, progress));
  } finally {
    progress.stop();
  }
}

function trainOptions(flags: TrainFlags): TrainOptions {
  const { run, models, backend, stack, decide, folds, seed, evaluation, measure } = flags;
  return {
    run,
    models,
    backend,
    stack,
    decide,
    folds,
    seed,
    evaluation,
    measure,
    data: flags.data ?? [],
    load: loadOptions(flags),
    predictions: flags.predictions ?? [],
    importing: { ...importOptions(flags), labelMap: flags.labelMap },
    costs: flags.costs ?? [],
    maxTrainRows: flags.maxTrainRows ?? null,
    warmStart: flags.warmStart ?? null,
    boosting: boostingFlags(flags),
    force: flags.force === true,
    timeLimit: flags.timeLimit ?? null,
  };
}

function render({ run, rows, models }: TrainSummary, progress: Progress): string {
  const unseen = models.filter(({ screen }) => !screen.passed).map(({ name }) => plain(name));
  const parts = [
    `trained in ${duration(progress.elapsedMs)} on ${count(rows)} rows with ${models.length} ${models.length === 1 ? 'model' : 'models'}`,
    ...stageTable(progress),
    ...trainedTable(models),
    ...importedTable(models),
    'z: standard deviations above the same answers with labels permuted within locale, rows of a query taken together',
    ...(unseen.length === 0
      ? []
      : [`no better than chance, and so no candidates of rank: ${unseen.join(', ')}`]),
    'next, what each budget would buy:',
    `  $ esci-select rank${run === DEFAULT_RUN ? '' : ` --run ${shellWord(plain(run))}`}`,
  ];
  return parts.join('\n');
}

/** Stages that took a second or more, and what share of the time. */
function stageTable(progress: Progress): string[] {
  const stages = progress.stages().filter(({ ms }) => ms >= 1000);
  if (stages.length < 2) return [];
  const whole = progress.elapsedMs;
  const lines = stages.map(({ stage, ms }) => [stage, duration(ms), percent(ms / whole)]);
  return [textTable(['stage', 'took', 'of all'], lines, { numbersFrom: 1 }), ''];
}

/** One line per model trained here: the refit on all training rows, and what the model costs. */
function trainedTable(models: TrainSummary['models']): string[] {
  const trained = models.flatMap(({ name, family, screen, training }) =>
    training === null ? [] : [{ name, family, screen, ...training }],
  );
  if (trained.length === 0) return [];
  const measured = trained.some(({ msPerThousandPairs }) => msPerThousandPairs !== null);
  const head = [
    'model',
    'family',
    'training rows',
    'epochs',
    'loss',
    'held-out loss',
    'z',
    'parameters',
    'size',
  ];
  const lines = trained.map((model) => [
    model.name,
    model.family,
    model.rows < model.availableRows
      ? `${count(model.rows)} of ${count(model.availableRows)}`
      : count(model.rows),
    String(model.epochs),
    score(model.loss),
    score(model.validationLoss),
    standardDeviations(model.screen.z),
    count(model.parameters),
    amount(model.bytes, 'B'),
    ...(measured ? [milliseconds(model.msPerThousandPairs)] : []),
  ]);
  return [
    textTable([...head, ...(measured ? ['time per 1,000 pairs'] : [])], lines, { numbersFrom: 2 }),
    'losses are mean cross-entropies in nats: over the training rows, and the least on queries held out of them',
  ];
}

/** One line per imported model. */
function importedTable(models: TrainSummary['models']): string[] {
  const imported = models.filter(({ training }) => training === null);
  if (imported.length === 0) return [];
  return [
    textTable(
      ['imported', 'z'],
      imported.map(({ name, screen }) => [name, standardDeviations(screen.z)]),
      { numbersFrom: 1 },
    ),
  ];
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : amount(value, 'ms');
}
