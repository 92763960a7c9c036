import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { DECIDE_NAMES } from '../evaluation/decision-rule.js';
import { writeArrow } from '../io/arrow/read.js';
import type { Column } from '../io/table.js';
import { rank } from '../pipeline/commands/rank.js';
import { report } from '../pipeline/commands/report.js';
import { train } from '../pipeline/commands/train.js';
import type { PipelineContext } from '../pipeline/events.js';
import { REPORT_FORMATS } from '../pipeline/report-formats.js';
import { TRAIN_DEFAULTS } from '../pipeline/train-options.js';
import { decisionSentence, evidenceSentences } from '../report/sentences.js';
import type { Decision } from '../selection/decision.js';
import { filesBelow, inFolder, putFiles } from './folder.js';

/** Between the model and the class in the names of columns: in neither. */
const SEPARATOR = '\u001f';

/** What `fit` is told; the blocks are labels (int32, a place in `classes`), then values [row][model][class] in float32. */
const FIT = z.object({
  rows: z.number().int().positive(),
  classes: z.array(z.string()),
  models: z.array(z.string()),
  /** [row] the query that a row belongs to */
  groups: z.array(z.string()),
  /** further columns of the examples */
  columns: z.array(z.object({ name: z.string(), values: z.array(z.string().nullable()) })),
  kind: z.enum(['probabilities', 'percent', 'logits']).optional(),
  costs: z.record(z.string(), z.record(z.string(), z.number())),
  folds: z.number(),
  seed: z.number(),
  decide: z.enum(DECIDE_NAMES),
  threads: z.number(),
  rank: z.object({
    budgets: z.array(z.string()),
    strategy: z.string().optional(),
    metric: z.string().optional(),
    require: z.array(z.string()),
    forbid: z.array(z.string()),
    floors: z.array(z.string()),
    replicates: z.number(),
  }),
});
type FitRequest = z.infer<typeof FIT>;

/** Which report of a run is wanted, where its files come as blocks in the order of `names`. */
const REPORT = z.object({ names: z.array(z.string()), formats: z.array(z.enum(REPORT_FORMATS)) });

/** What a request answers: facts, and files as blocks. */
export interface Files {
  readonly names: readonly string[];
  readonly blocks: readonly Uint8Array[];
  readonly sentence?: string;
  readonly evidence?: readonly string[];
}

/** Where a request tells of its folder, and how it is cancelled and followed. */
export interface FitContext {
  readonly onFolder: (folder: string) => Promise<void>;
  readonly onEvent: NonNullable<PipelineContext['onEvent']>;
}

/**
 * What `train` and `rank` make of predictions in memory: every file of the run. The examples and the predictions are written
 * into a temporary folder and read from there, so that the result is that of the command line. Throws as they do.
 */
export async function fitRun(
  header: unknown,
  [labels, values]: readonly Uint8Array[],
  { onFolder, onEvent }: FitContext,
): Promise<Files> {
  const request = FIT.parse(header);
  return inFolder(onFolder, async () => {
    const context = { threads: request.threads, onEvent };
    const [data, predictions, run] = ['examples.arrow', 'predictions.arrow', 'run'];
    await writeArrow(data, examplesOf(request, intsOf(labels)));
    await writeArrow(predictions, predictionsOf(request, floatsOf(values)));
    const { classes, kind, folds, seed, decide } = request;
    await train(
      {
        ...TRAIN_DEFAULTS,
        run,
        data: [data],
        load: { classes, columns: { id: 'example_id', label: 'label', queryId: 'query_id' } },
        models: 'none',
        predictions: [predictions],
        importing: {
          key: 'example_id',
          columns: `{model}${SEPARATOR}{class}`,
          kind,
          allowMissing: true,
          missingValues: true,
        },
        costs: await costFiles(request.costs),
        folds,
        seed,
        decide,
        measure: false,
      },
      context,
    );
    const decision = await rank({ ...request.rank, run, force: false }, context);
    return { ...(await answerOf(run)), ...sentencesOf(decision) };
  });
}

/** The report of a run whose files are in memory, as files. Throws as `report` does. */
export async function reportFiles(
  header: unknown,
  blocks: readonly Uint8Array[],
  onFolder: FitContext['onFolder'],
): Promise<Files> {
  const { names, formats } = REPORT.parse(header);
  return inFolder(onFolder, async () => {
    const [run, out] = ['run', 'report'];
    await putFiles(run, names, blocks);
    await report({ run, out, formats });
    return answerOf(out);
  });
}

function sentencesOf(decision: Decision): Pick<Files, 'sentence' | 'evidence'> {
  return { sentence: decisionSentence(decision), evidence: evidenceSentences(decision) };
}

async function answerOf(folder: string): Promise<Files> {
  const files = await filesBelow(folder);
  return { names: files.map(({ name }) => name), blocks: files.map(({ bytes }) => bytes) };
}

const text = (values: readonly (string | null)[]): Column => ({ kind: 'text', values });

function rowNames(rows: number): Column {
  return text(Array.from({ length: rows }, (_, row) => String(row)));
}

function examplesOf({ rows, classes, groups, columns }: FitRequest, labels: Int32Array) {
  return [
    { name: 'example_id', column: rowNames(rows) },
    { name: 'query_id', column: text(groups) },
    { name: 'label', column: text(Array.from(labels, (label) => classes[label])) },
    ...columns.map(({ name, values }) => ({ name, column: text(values) })),
  ];
}

/** A column per model and class, which import reads by their names. */
function predictionsOf({ rows, models, classes }: FitRequest, values: Float32Array) {
  const width = models.length * classes.length;
  const columns = models.flatMap((model, m) =>
    classes.map((name, k) => {
      const own = new Float32Array(rows);
      const missing = new Uint8Array(rows);
      for (let row = 0; row < rows; row++) {
        own[row] = values[row * width + m * classes.length + k];
        if (Number.isNaN(own[row])) missing[row] = 1;
      }
      const column: Column = { kind: 'number', values: own, missing: missing.includes(1) ? missing : null };
      return { name: `${model}${SEPARATOR}${name}`, column };
    }),
  );
  return [{ name: 'example_id', column: rowNames(rows) }, ...columns];
}

/** The costs, by name and model, as the file that `--costs` reads; none where there are none. */
async function costFiles(costs: FitRequest['costs']): Promise<string[]> {
  const names = Object.keys(costs);
  if (names.length === 0) return [];
  const models = [...new Set(names.flatMap((name) => Object.keys(costs[name])))];
  const cell = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const lines = [
    ['model', ...names].map(cell),
    ...models.map((model) => [cell(model), ...names.map((name) => costs[name][model] ?? '')]),
  ];
  const path = 'costs.csv';
  await writeFile(path, lines.map((line) => `${line.join(',')}\n`).join(''));
  return [path];
}

function intsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Float32 of a block. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
