import { EsciSelectError, quote, suggest } from '../../errors.js';
import type { NodeIndex } from '../../models/graph/frozen/nodes.js';
import { type Bundle, openBundle } from '../bundle/open.js';
import { hasText, type Pair, type PairText, TEXT_FIELDS } from '../pair.js';
import { openEnsemble, type ServedEnsemble } from './ensemble.js';
import { hostModels, type ModelAnswers, REASONS } from './model.js';

/** Where an answer of a model came from. */
export type AnswerSource = 'cache' | 'model' | 'request' | 'silent';

/** What one model says of one pair. */
export interface ModelAnswer {
  readonly model: string;
  readonly from: AnswerSource;
  /** why it is silent; null where it is not */
  readonly reason: string | null;
  /** [class]; NaN where it is silent */
  readonly probabilities: Float32Array;
  /** [class] its part in the margins, in log-odds; null unless asked for */
  readonly contribution: Float64Array | null;
}

/** What is said of one pair. */
export interface PairAnswer {
  /** class index by the decision's rule */
  readonly label: number;
  /** [class] of the ensemble */
  readonly probabilities: Float32Array;
  readonly margins: Float64Array;
  /** null unless asked for */
  readonly bias: Float64Array | null;
  /** in order of the ensemble's columns */
  readonly models: readonly ModelAnswer[];
}

/** Answers of models, and which of them were not computed now. */
export interface AskedAnswers extends ModelAnswers {
  /** [pair] 1 where the answer comes from a cache */
  readonly cached: Uint8Array;
}

/** Whoever answers for models: the models themselves, a cache before them, or threads. */
export interface Asker {
  ask(model: string, pairs: readonly Pair[]): Promise<AskedAnswers>;
  readonly nodes: NodeIndex | null;
  dispose(): Promise<void>;
}

/** A bundle in memory, ready to answer. */
export interface Servable {
  readonly bundle: Bundle;
  readonly classes: readonly string[];
  /**
   * Answers to pairs in their order; one's answer does not depend on the others.
   *
   * @throws EsciSelectError('data') where an answer given for a model is none
   */
  answer(pairs: readonly Pair[], options?: { readonly explain?: boolean }): Promise<PairAnswer[]>;
  dispose(): Promise<void>;
}

/** The models of a bundle in this thread, without a cache. */
export async function askHere(bundle: Bundle): Promise<Asker> {
  const host = await hostModels(bundle);
  return {
    nodes: host.nodes,
    ask: async (model, pairs) => ({
      ...(await host.answer(model, pairs)),
      cached: new Uint8Array(pairs.length),
    }),
    dispose: async () => host.dispose(),
  };
}

/**
 * Opens a bundle of `exportBundle`, to answer for pairs in this process: its files are verified, its models loaded and its
 * ensembles planned once. What `serve` and `predict` do, without a cache.
 *
 * @param path folder of the bundle
 * @throws EsciSelectError('usage') where the folder holds no bundle, ('data') where it is not as its hashes say, ('model')
 *   where a model cannot be loaded
 *
 * @example
 * import { openServable } from 'esci-select';
 *
 * // a bundle of `exportBundle`; its models were imported, so their answers are given with the pair
 * const servable = await openServable('my-bundle');
 * const given = new Map([['first', [0.9, 0.1, 0, 0]], ['second', [0.8, 0.1, 0.1, 0]]]);
 * const pair = { query: 'red lamp', queryId: null, locale: 'us', productId: 'A1', text: null, given };
 * const [{ label, models }] = await servable.answer([pair], { explain: true });
 * servable.classes[label]; // => 'exact'
 * models.map(({ model, from }) => `${model}: ${from}`); // => [ 'first: request', 'second: request' ]
 * await servable.dispose();
 */
export async function openServable(path: string): Promise<Servable> {
  return prepareServable(await openBundle(path));
}

/** Prepares a bundle once: ensembles are planned, models loaded. `asker` answers for its models; they themselves unless given. */
export async function prepareServable(bundle: Bundle, asker?: Asker): Promise<Servable> {
  const models = asker ?? (await askHere(bundle));
  const ensembles: ServedEnsemble[] = [];
  for (const entry of bundle.manifest.ensembles) ensembles.push(await openEnsemble(bundle, entry));
  const common = ensembles.find(({ locale }) => locale === null)!;
  const own = new Map(ensembles.map((ensemble) => [ensemble.locale, ensemble]));
  const imported = new Set(
    bundle.manifest.models.filter(({ kind }) => kind === 'imported').map(({ name }) => name),
  );
  const prepared: Prepared = { classes: bundle.manifest.classes, models, imported };
  return {
    bundle,
    classes: bundle.manifest.classes,
    async answer(pairs, { explain = false } = {}) {
      const complete = pairs.map((pair) => withText(pair, models.nodes));
      const answers = new Array<PairAnswer>(pairs.length);
      for (const [ensemble, places] of byEnsemble(complete, (pair) => own.get(pair.locale) ?? common)) {
        const some = places.map((at) => complete[at]);
        const found = await answerBy(prepared, ensemble, some, explain);
        places.forEach((at, place) => {
          answers[at] = found[place];
        });
      }
      return answers;
    },
    dispose: () => models.dispose(),
  };
}

interface Prepared {
  readonly classes: readonly string[];
  readonly models: Asker;
  readonly imported: ReadonlySet<string>;
}

function byEnsemble(
  pairs: readonly Pair[],
  of: (pair: Pair) => ServedEnsemble,
): Map<ServedEnsemble, number[]> {
  const places = new Map<ServedEnsemble, number[]>();
  pairs.forEach((pair, at) => {
    const ensemble = of(pair);
    const known = places.get(ensemble);
    if (known === undefined) places.set(ensemble, [at]);
    else known.push(at);
  });
  return places;
}

/** A pair that says nothing of its product but the id has the text that the frozen graph knows. */
function withText(pair: Pair, index: NodeIndex | null): Pair {
  const stored = index?.nodes.text;
  if (hasText(pair) || !index || !stored) return pair;
  const product = index.findProduct(pair.locale, pair.productId);
  if (product < 0) return pair;
  const text = Object.fromEntries(TEXT_FIELDS.map((name) => [name, stored[name][product]]));
  return { ...pair, text: text as unknown as PairText };
}

interface Column {
  readonly values: Float32Array;
  readonly from: readonly AnswerSource[];
  readonly reason: readonly (string | null)[];
}

async function answerBy(
  prepared: Prepared,
  ensemble: ServedEnsemble,
  pairs: readonly Pair[],
  explain: boolean,
): Promise<PairAnswer[]> {
  const { classes } = prepared;
  for (const pair of pairs) checkGiven(pair, ensemble.models, classes);
  const columns = await Promise.all(ensemble.models.map((model) => columnOf(prepared, model, pairs)));
  const width = columns.length * classes.length;
  const features = new Float32Array(pairs.length * width);
  columns.forEach(({ values }, model) => {
    for (let row = 0; row < pairs.length; row++) {
      const own = values.subarray(row * classes.length, (row + 1) * classes.length);
      features.set(own, row * width + model * classes.length);
    }
  });
  const { margins, probabilities, label } = ensemble.answer(features);
  const explained = explain ? ensemble.explain(features) : null;
  const part = <Values extends Float32Array | Float64Array>(values: Values, at: number) =>
    values.slice(at * classes.length, (at + 1) * classes.length) as Values;
  return pairs.map((_, row) => ({
    label: label[row],
    probabilities: part(probabilities, row),
    margins: part(margins, row),
    bias: explained?.bias ?? null,
    models: columns.map(({ values, from, reason }, model) => ({
      model: ensemble.models[model],
      from: from[row],
      reason: reason[row],
      probabilities: part(values, row),
      contribution: explained === null ? null : part(explained.shap, row * columns.length + model),
    })),
  }));
}

/** What a model says of each pair: what is given with it, else what the model or a cache answers. */
async function columnOf(
  { classes, models, imported }: Prepared,
  model: string,
  pairs: readonly Pair[],
): Promise<Column> {
  const width = classes.length;
  const values = new Float32Array(pairs.length * width).fill(Number.NaN);
  const from = new Array<AnswerSource>(pairs.length).fill('silent');
  const reason = new Array<string | null>(pairs.length).fill(REASONS.given);
  const asked: number[] = [];
  pairs.forEach(({ given }, at) => {
    const own = given.get(model);
    if (own === undefined || Number.isNaN(own[0])) {
      if (!imported.has(model)) asked.push(at);
      return;
    }
    values.set(Float32Array.from(own), at * width);
    from[at] = 'request';
    reason[at] = null;
  });
  if (asked.length === 0) return { values, from, reason };
  const some = asked.map((at) => pairs[at]);
  const answers = await models.ask(model, some);
  asked.forEach((at, place) => {
    values.set(answers.values.subarray(place * width, (place + 1) * width), at * width);
    reason[at] = answers.silent[place];
    from[at] = answers.silent[place] !== null ? 'silent' : answers.cached[place] === 1 ? 'cache' : 'model';
  });
  return { values, from, reason };
}

/** How far from 1 the sum of probabilities may be that somebody gives. */
const SUM_TOLERANCE = 0.01;

function checkGiven({ given }: Pair, models: readonly string[], classes: readonly string[]): void {
  for (const [model, values] of given) {
    if (!models.includes(model)) {
      throw new EsciSelectError('data', `answers are given for model ${quote(model)}, which is not asked`, {
        hint: suggest(model, models, 'models'),
      });
    }
    const list = Array.from(values);
    if (list.length === classes.length && list.every(Number.isNaN)) continue; // silent, as imported files say it
    const sum = list.reduce((total, value) => total + value, 0);
    const legal = list.length === classes.length && list.every((value) => value >= 0 && value <= 1);
    if (legal && Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    throw new EsciSelectError('data', `answer given for model ${quote(model)} is no list of probabilities`, {
      hint: `give ${classes.length} numbers from 0 to 1 that sum to 1, in the order ${classes.join(', ')}`,
    });
  }
}
