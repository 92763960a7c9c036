import { attributeOne, type ModelBlock, mergeBlock, noAttribution } from '../../attribution/models.js';
import { attributeBlocksParallel } from '../../attribution/parallel.js';
import { scoreMarginsParallel } from '../../ensemble/scoring/parallel.js';
import { type NamedColumn, writeArrowParts } from '../../io/arrow/read.js';
import { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { ENSEMBLE } from '../files/layout.js';
import { type LoadedRun, loadRun } from '../files/load-run.js';
import { outputFile } from '../files/output-file.js';
import { modelFeatures } from '../stacking/features.js';

/** What was written. */
export interface WrittenExplanations {
  readonly schema: 'esci-select/explanations/1';
  readonly file: string;
  readonly rows: number;
}

/** A run whose ensemble explains all examples, and the file to write. */
export interface ExplainAllOptions {
  readonly run: string;
  readonly out: string;
}

/**
 * Writes every model's signed contributions to every class, in log-odds, for every example, as an Arrow file:
 * `example_id`, `trained_on` (1 where the ensemble was fitted on the row), and float32 columns `margin <class>`,
 * `shap <model> <class>` (summed TreeSHAP) and `group <model> <class>` (models as players). The bias of each class is in
 * the metadata; bias + contributions = margin, which is checked on every row. Streams: a block of rows is held at a time.
 *
 * @throws EsciSelectError('usage') when the run is not trained, ('io') when the file cannot be written
 *
 * @example
 * import { explainAll } from 'esci-select';
 *
 * const { rows } = await explainAll({ run: 'my-run', out: 'contributions.arrow' }, {});
 * rows; // => 300
 */
export async function explainAll(
  { run, out }: ExplainAllOptions,
  context: PipelineContext,
): Promise<WrittenExplanations> {
  const opened = await RunFolder.open(run);
  const file = await outputFile(run, out);
  const loaded = await loadRun(opened);
  const ensemble = await ENSEMBLE.read(loaded.run);
  const { features, models, modelOfColumn } = modelFeatures(loaded.matrix);
  const { threads, signal } = context;
  const margins = await scoreMarginsParallel(ensemble, features, { threads, signal });
  const table = { ensemble, features, modelOfColumn, models, margins };
  const rowName = (row: number) => `example ${loaded.examples.id[row]}`;
  async function* parts(): AsyncGenerator<NamedColumn[]> {
    let whole = noAttribution(table);
    for await (const { block, summary } of attributeBlocksParallel({ ...table, threads, signal })) {
      whole = mergeBlock(whole, summary, rowName);
      yield columnsOf(loaded, models, margins, block);
      context.onEvent?.({
        kind: 'progress',
        stage: 'explain',
        done: block.to,
        total: features.rows,
        message: 'examples',
      });
    }
  }
  const metadata = new Map([
    ['schema', 'esci-select/explanations/1'],
    ['classes', JSON.stringify(loaded.matrix.classes)],
    ['models', JSON.stringify(models)],
    ['bias', JSON.stringify([...attributeOne({ ...table, row: 0 }).bias])],
  ]);
  const rows = await writeArrowParts(file, parts(), metadata);
  return { schema: 'esci-select/explanations/1', file, rows };
}

/** A block's rows as columns. */
function columnsOf(
  { examples, protocol, matrix }: LoadedRun,
  models: readonly string[],
  margins: Float32Array,
  { from, to, shap, groupShap }: ModelBlock,
): NamedColumn[] {
  const { classes } = matrix;
  const rows = to - from;
  const width = models.length * classes.length;
  const numbers = (name: string, values: Float32Array | Int32Array): NamedColumn => ({
    name,
    column: { kind: 'number', values, missing: null },
  });
  /** Every so many values from a place on. */
  const every = (values: ArrayLike<number>, start: number, step: number) =>
    Float32Array.from({ length: rows }, (_, row) => values[start + row * step]);
  const perModel = (quantity: string, values: Float64Array) =>
    models.flatMap((model, m) =>
      classes.map((name, k) =>
        numbers(`${quantity} ${model} ${name}`, every(values, m * classes.length + k, width)),
      ),
    );
  return [
    { name: 'example_id', column: { kind: 'text', values: examples.id.slice(from, to) } },
    numbers(
      'trained_on',
      Int32Array.from({ length: rows }, (_, row) => Number(protocol.foldOf[from + row] >= 0)),
    ),
    ...classes.map((name, k) =>
      numbers(`margin ${name}`, every(margins, from * classes.length + k, classes.length)),
    ),
    ...perModel('shap', shap),
    ...perModel('group', groupShap),
  ];
}
