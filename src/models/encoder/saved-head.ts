import { toXgboostJson } from '../../ensemble/xgboost/json.js';
import { fromXgboostJson } from '../../ensemble/xgboost/read.js';
import { EsciSelectError, quote } from '../../errors.js';
import { CONFIG_FILE, floats, packModel, unpackModel } from '../files.js';
import type { CurvePoint } from '../model.js';
import type { TreeHead } from './head.js';

/** The trees of a head, as XGBoost JSON. */
const HEAD_FILE = 'head.json';

/** What is saved of a language model here: its head. Its weights stay where they are. */
export interface SavedHead {
  readonly name: string;
  readonly classes: readonly string[];
  /** null where the model's outputs are the answer */
  readonly head: TreeHead | null;
  readonly curve: readonly CurvePoint[];
}

/** A head as files. */
export function packHead({ name, classes, head, curve }: SavedHead): Map<string, Uint8Array> {
  const losses = curve.flatMap(({ loss, validationLoss }) => [loss, validationLoss ?? Number.NaN]);
  const files = packModel({
    model: name,
    classes,
    config: { head: head !== null },
    arrays: new Map([['curve', Float32Array.from(losses)]]),
  });
  if (head !== null) files.set(HEAD_FILE, new TextEncoder().encode(toXgboostJson(head.ensemble)));
  return files;
}

/** Reads what packHead wrote. Throws EsciSelectError('model') for files of another model, or damaged ones. */
export function unpackHead(files: ReadonlyMap<string, Uint8Array>, name: string): SavedHead {
  const saved = unpackModel(files);
  if (saved.model !== name) {
    throw new EsciSelectError('model', `saved model is ${quote(saved.model)}, expected ${quote(name)}`, {
      path: CONFIG_FILE,
      hint: 'give the files of this model',
    });
  }
  const losses = floats(saved, 'curve');
  const curve = Array.from({ length: losses.length / 2 }, (_, epoch) => ({
    epoch,
    loss: losses[2 * epoch],
    validationLoss: Number.isNaN(losses[2 * epoch + 1]) ? null : losses[2 * epoch + 1],
  }));
  const { head: hasHead } = saved.config as { head?: unknown };
  if (hasHead !== true) return { name, classes: saved.classes, head: null, curve };
  const bytes = files.get(HEAD_FILE);
  if (bytes === undefined) {
    throw new EsciSelectError('model', `saved model lacks ${HEAD_FILE}`, {
      path: HEAD_FILE,
      hint: 'train it again with --force',
    });
  }
  const ensemble = fromXgboostJson(bytes, HEAD_FILE);
  return { name, classes: saved.classes, head: { ensemble, curve }, curve };
}
