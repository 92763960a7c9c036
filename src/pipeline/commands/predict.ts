import { basename, dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { LoadOptions } from '../../data/examples/load-options.js';
import { EsciSelectError } from '../../errors.js';
import type { ImportOptions } from '../../predictions/import-options.js';
import { Checkpoints } from '../../run/checkpoint.js';
import { askHere, prepareServable } from '../../serving/answering/servable.js';
import { openBundle } from '../../serving/bundle/open.js';
import { cachedAsker } from '../../serving/cache/cached-asker.js';
import { openCache } from '../../serving/cache/open.js';
import { interruption } from '../../threads/pool-options.js';
import type { PipelineContext } from '../events.js';
import { fingerprint } from '../files/fingerprint.js';
import { versionedKey } from '../files/keys.js';
import { outputFile } from '../files/output-file.js';
import { answerWriter } from '../predicting/answer-file.js';
import { type AnswerPart, type AnswerShape, answerPart } from '../predicting/answers.js';
import { pairParts } from '../predicting/pairs.js';

/** What `predict` can be told. */
export interface PredictOptions {
  readonly bundle: string;
  /** files or folders of pairs, in the layouts that `train` reads; labels are not needed */
  readonly data: readonly string[];
  /** the file to write: .parquet, .csv or .arrow */
  readonly out: string;
  /** files or folders of answers of the models that have no code in the bundle */
  readonly predictions?: readonly string[];
  /** whether what each model says and contributes is written too */
  readonly explain?: boolean;
  /** the folder of a cache of answers; what is written is the same with and without it */
  readonly cache?: string;
  readonly load?: LoadOptions;
  readonly importing?: ImportOptions;
}

/** What was written. */
export interface WrittenAnswers {
  readonly schema: 'esci-select/answers/1';
  readonly file: string;
  /** the bundle's hash */
  readonly bundle: string;
  readonly rows: number;
  /** rows by label */
  readonly labels: Readonly<Record<string, number>>;
  /** rows in which a model was silent, by model */
  readonly silent: Readonly<Record<string, number>>;
}

/**
 * Labels pairs by a bundle and nothing else, a part of them at a time. A killed call leaves the parts that are done, and
 * the same call goes on from there. A row's answer depends on that row alone.
 *
 * @throws EsciSelectError('data') where the bundle is not as its hashes say or the pairs cannot be read, ('usage') for an
 * ending that is not written, ('io') when the file cannot be written
 *
 * @example
 * import { predict } from 'esci-select';
 *
 * // a bundle of `exportBundle`; its models were imported, so their answers are given
 * const asked = { bundle: 'my-bundle', data: ['judgements.csv'], predictions: ['predictions'], out: 'answers.csv' };
 * const { rows, labels } = await predict({ ...asked, importing: { allowExtra: true } }, { threads: 1 });
 * [rows, Object.keys(labels)]; // => [ 300, [ 'exact', 'substitute', 'complement', 'irrelevant' ] ]
 */
export async function predict(options: PredictOptions, context: PipelineContext): Promise<WrittenAnswers> {
  const { data, predictions = [], explain = false, load = {}, importing = {} } = options;
  const write = answerWriter(options.out);
  const bundle = await openBundle(options.bundle);
  const { classes, ensembles } = bundle.manifest;
  const out = await outputFile(dirname(options.out), options.out);
  const models = [...new Set(ensembles.flatMap((each) => each.models))].sort();
  const shape: AnswerShape = { classes, models, explain };
  const inputs = await fingerprint([...data, ...predictions], { nested: true });
  const { columns = {}, locales = [] } = load;
  const key = versionedKey('answers', bundle.manifest.id, inputs, explain, columns, locales);
  const checkpoints = new Checkpoints(join(dirname(out), `.${basename(out)}.parts`), key);
  const cache = options.cache === undefined ? null : await openCache({ folder: options.cache });
  const here = await askHere(bundle);
  const servable = await prepareServable(bundle, cache === null ? here : cachedAsker(bundle, here, cache));
  const onUnused = (names: readonly string[]) =>
    context.onEvent?.({
      kind: 'note',
      message: `answers of ${names.join(', ')} are not used: the bundle is of ${models.join(', ')}`,
    });
  const source = { data, predictions, models, onUnused, load, importing };
  let parts = 0;
  try {
    for await (const part of pairParts(source, classes)) {
      if (context.signal?.aborted) throw interruption(context.signal);
      if ((await checkpoints.load(String(parts))) === null) {
        const answers = await servable.answer(part.pairs, { explain });
        await checkpoints.save(String(parts), serialize(answerPart(part, answers, shape)));
      }
      parts++;
      const message = 'parts of the pairs answered';
      context.onEvent?.({ kind: 'progress', stage: 'predict', done: parts, total: parts, message });
    }
  } finally {
    await servable.dispose();
    await cache?.close();
  }
  const counts = new Counts(shape);
  await write(out, keptParts(checkpoints, parts, counts));
  await checkpoints.clear();
  return {
    schema: 'esci-select/answers/1',
    file: options.out,
    bundle: bundle.manifest.id,
    ...counts.result(),
  };
}

async function* keptParts(
  checkpoints: Checkpoints,
  parts: number,
  counts: Counts,
): AsyncGenerator<AnswerPart> {
  for (let at = 0; at < parts; at++) {
    const bytes = await checkpoints.load(String(at));
    if (bytes === null) {
      throw new EsciSelectError('io', 'a finished part of the answers is gone', {
        hint: 'run the same command again, and one at a time for the same --out',
      });
    }
    const part = deserialize(bytes) as AnswerPart;
    counts.add(part);
    yield part;
  }
}

/** What is said of all answers. */
class Counts {
  #rows = 0;
  readonly #labels: Record<string, number> = Object.create(null);
  readonly #silent: Record<string, number> = Object.create(null);

  constructor({ classes }: AnswerShape) {
    for (const name of classes) this.#labels[name] = 0;
  }

  add({ texts }: AnswerPart): void {
    this.#rows += texts.label.length;
    for (const label of texts.label) this.#labels[label!]++;
    for (const models of texts.silent) {
      for (const model of models?.split(', ') ?? []) this.#silent[model] = (this.#silent[model] ?? 0) + 1;
    }
  }

  result(): Pick<WrittenAnswers, 'rows' | 'labels' | 'silent'> {
    return { rows: this.#rows, labels: { ...this.#labels }, silent: { ...this.#silent } };
  }
}
