import { attributeOne } from '../../attribution/models.js';
import { UNLABELLED } from '../../data/examples/examples.js';
import { gatherRows } from '../../ensemble/feature-matrix.js';
import { scoreMargins } from '../../ensemble/scoring/score.js';
import { didYouMean, EsciSelectError, quote } from '../../errors.js';
import { decide } from '../../evaluation/decision-rule.js';
import { argmaxAt, softmaxRows } from '../../math/softmax.js';
import { RunFolder } from '../../run/run-folder.js';
import { ENSEMBLE } from '../files/layout.js';
import { type LoadedRun, loadRun } from '../files/load-run.js';
import { ruleOf } from '../files/rule.js';
import { modelFeatures } from '../stacking/features.js';

/** A value per class, by class name. */
export type ByClass = Readonly<Record<string, number>>;

/** One model's part in one answer. */
export interface ExplainedModel {
  readonly model: string;
  readonly family: string;
  /** the model's own answer and its probabilities; null where it has no prediction */
  readonly answer: string | null;
  readonly probabilities: ByClass | null;
  /** signed sum over the model's columns of TreeSHAP; log-odds */
  readonly shap: ByClass;
  /** signed Shapley value with models as players; log-odds */
  readonly groupShap: ByClass;
}

/** Why the full ensemble answers as it does for one example. bias + contributions = margin, for every class. */
export interface Explanation {
  readonly schema: 'esci-select/explanation/1';
  readonly example: {
    readonly id: string;
    readonly query: string;
    readonly productId: string;
    readonly locale: string;
    readonly title: string | null;
    readonly label: string | null;
    /** whether the ensemble explained was fitted on this row */
    readonly trainedOn: boolean;
  };
  /** by the decision rule; the likeliest class may be another */
  readonly answer: string;
  readonly likeliest: string;
  /** what the rule adds to the margins before the largest is taken */
  readonly rule: { readonly name: string; readonly tau: number; readonly offsets: ByClass };
  readonly probabilities: ByClass;
  readonly margin: ByClass;
  readonly bias: ByClass;
  /** largest contribution to the answer first */
  readonly models: readonly ExplainedModel[];
}

/**
 * Explains one example by the run's full ensemble.
 *
 * @throws EsciSelectError('usage') when no example has the id, or the run is not trained
 *
 * @example
 * import { explain } from 'esci-select';
 *
 * const { models } = await explain({ run: 'my-run', example: '4' });
 * models.map(({ model }) => model); // => [ 'first', 'second', 'noise' ]
 */
export async function explain(options: { run: string; example: string }): Promise<Explanation> {
  const loaded = await loadRun(await RunFolder.open(options.run), { text: true });
  const row = loaded.examples.id.indexOf(options.example);
  if (row < 0) throw unknownExample(loaded, options.example);
  const ensemble = await ENSEMBLE.read(loaded.run);
  const { features, models, modelOfColumn } = modelFeatures(loaded.matrix);
  const one = gatherRows(features, Int32Array.of(row));
  const margins = scoreMargins(ensemble, one);
  const parts = attributeOne({ ensemble, features: one, modelOfColumn, models, row: 0 });
  const { classes } = loaded.matrix;
  const rule = await ruleOf(loaded.run, classes.length);
  const [answer] = decide(margins, classes.length, rule.offsets);
  const explained = models.map((_, model) => explainModel(loaded, row, model, parts));
  const byAnswer = (a: ExplainedModel, b: ExplainedModel) =>
    b.shap[classes[answer]] - a.shap[classes[answer]] || (a.model < b.model ? -1 : 1);
  return {
    schema: 'esci-select/explanation/1',
    example: describeExample(loaded, row),
    answer: classes[answer],
    likeliest: classes[argmaxAt(margins, 0, classes.length)],
    rule: { name: rule.name, tau: rule.tau, offsets: byClass(classes, rule.offsets, 0) },
    probabilities: byClass(classes, softmaxRows(margins, classes.length), 0),
    margin: byClass(classes, margins, 0),
    bias: byClass(classes, parts.bias, 0),
    models: explained.sort(byAnswer),
  };
}

function explainModel(
  { matrix }: LoadedRun,
  row: number,
  model: number,
  parts: { shap: Float64Array; groupShap: Float64Array },
): ExplainedModel {
  const { classes, cards, values } = matrix;
  const start = (row * cards.length + model) * classes.length;
  const silent = Number.isNaN(values[start]);
  return {
    model: cards[model].name,
    family: cards[model].family,
    answer: silent ? null : classes[argmaxAt(values, start, classes.length)],
    probabilities: silent ? null : byClass(classes, values, start),
    shap: byClass(classes, parts.shap, model * classes.length),
    groupShap: byClass(classes, parts.groupShap, model * classes.length),
  };
}

function describeExample({ examples, protocol }: LoadedRun, row: number): Explanation['example'] {
  const label = examples.label[row];
  return {
    id: examples.id[row],
    query: examples.query[row],
    productId: examples.productId[row],
    locale: examples.locale[row],
    title: examples.text?.title[row] ?? null,
    label: label === UNLABELLED ? null : examples.labelSpace.classes[label],
    trainedOn: protocol.foldOf[row] >= 0,
  };
}

function byClass(classes: readonly string[], values: ArrayLike<number>, start: number): ByClass {
  const record: Record<string, number> = Object.create(null);
  classes.forEach((name, k) => {
    record[name] = values[start + k];
  });
  return record;
}

function unknownExample({ examples }: LoadedRun, id: string): EsciSelectError {
  const some = examples.id.slice(0, 3).map(quote).join(', ');
  return new EsciSelectError('usage', `run has no example ${quote(id)}`, {
    hint: `${didYouMean(id, examples.id.slice(0, 10_000))}ids look like ${some}`,
  });
}
