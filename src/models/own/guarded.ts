import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { FittedModel, Model } from '../model.js';
import { checkNeeds } from '../needs.js';
import { GUIDE } from './check-model.js';

/** How far the probabilities of a row may sum from 1: float32 of many classes. */
const SUM_TOLERANCE = 1e-3;

/** Names of files that a model may save: plain, and not the one that training keeps its curves in. */
const FILE_NAME = /^(?!curves\.json$)[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/**
 * A user's model whose failures say that they are its own, and whose answers are checked: what enters the run is a
 * probability per row and class, and files that can be written.
 *
 * @param path of its module, for errors; none for a live object
 */
export function guarded(model: Model, path?: string): Model {
  const guard = guardOf(model, path);
  return {
    ...facts(model),
    async fit(input) {
      checkNeeds(model, input);
      return guardFitted(await guard.call('fit', () => model.fit(input)), guard);
    },
    load: async (files) => guardFitted(await guard.call('load', () => model.load(files)), guard),
  };
}

/** A model's data members by name: it may be an object of a class, whose getters a spread would lose. */
function facts({ name, family, description, needs, effort, sampleBy }: Model) {
  return { name, family, description, needs, effort, sampleBy };
}

interface Guard {
  /** what the user's function returns; what it throws as an error of the model */
  call<Result>(method: string, work: () => Promise<Result>): Promise<Result>;
  refuse(problem: string): EsciSelectError;
}

function guardOf({ name }: Model, path?: string): Guard {
  const place = { path, hint: `what a model must do is in ${GUIDE}` };
  return {
    async call(method, work) {
      try {
        return await work();
      } catch (cause) {
        if (cause instanceof EsciSelectError) throw cause;
        const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
        const error = new EsciSelectError('model', `model ${quote(name)} failed in ${method}: ${reason}`, {
          ...place,
          cause,
        });
        // threads pass an error's stack on and leave its cause behind: --verbose shows where in the module it arose
        if (cause instanceof Error) error.stack = cause.stack;
        throw error;
      }
    },
    refuse: (problem) => new EsciSelectError('model', `model ${quote(name)} ${problem}`, place),
  };
}

function guardFitted(fitted: FittedModel, guard: Guard): FittedModel {
  checkFitted(fitted, guard);
  return {
    parameters: fitted.parameters,
    bytes: fitted.bytes,
    curve: fitted.curve,
    async predict(examples, rows) {
      const values = await guard.call('predict', () => fitted.predict(examples, rows));
      checkProbabilities(values, examples, rows, guard);
      return values.slice(); // threads move buffers to each other: the model keeps its own
    },
    async save() {
      const files = await guard.call('save', () => fitted.save());
      checkFiles(files, guard);
      return new Map(Array.from(files, ([file, bytes]) => [file, new Uint8Array(bytes)]));
    },
    dispose: () => fitted.dispose(),
  };
}

function checkFitted(fitted: FittedModel, { refuse }: Guard): void {
  for (const method of ['predict', 'save', 'dispose'] as const) {
    if (typeof fitted?.[method] !== 'function') throw refuse(`returns a fitted model without ${method}()`);
  }
  for (const count of ['parameters', 'bytes'] as const) {
    if (Number.isSafeInteger(fitted[count]) && fitted[count] >= 0) continue;
    throw refuse(`returns a fitted model of ${fitted[count]} ${count}, expected a whole number`);
  }
  const { curve } = fitted;
  const legal = (point: FittedModel['curve'][number]) =>
    Number.isSafeInteger(point?.epoch) &&
    Number.isFinite(point.loss) &&
    (point.validationLoss === null || Number.isFinite(point.validationLoss));
  if (Array.isArray(curve) && curve.length > 0 && curve.every(legal)) return;
  throw refuse('returns a curve that is no list of { epoch, loss, validationLoss }, at least one of them');
}

function checkProbabilities(values: Float32Array, examples: Examples, rows: Int32Array, guard: Guard): void {
  const { classes } = examples.labelSpace;
  if (!(values instanceof Float32Array) || values.length !== rows.length * classes.length) {
    const found = values instanceof Float32Array ? `${values.length} numbers` : 'no Float32Array';
    throw guard.refuse(`predicts ${found} for ${rows.length} rows of ${classes.length} classes`);
  }
  for (let at = 0; at < rows.length; at++) {
    const row = values.subarray(at * classes.length, (at + 1) * classes.length);
    const sum = row.reduce((total, value) => total + value, 0);
    if (row.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    throw guard.refuse(
      `predicts ${row.join(', ')} for row ${rows[at]}, expected probabilities that sum to 1`,
    );
  }
}

function checkFiles(files: ReadonlyMap<string, Uint8Array>, { refuse }: Guard): void {
  if (!(files instanceof Map)) throw refuse('saves no Map of files');
  for (const [name, bytes] of files) {
    if (typeof name !== 'string' || !FILE_NAME.test(name)) {
      throw refuse(`saves a file named ${quote(name)}, expected a plain name other than curves.json`);
    }
    if (!(bytes instanceof Uint8Array)) throw refuse(`saves the file ${quote(name)} without bytes`);
  }
}
