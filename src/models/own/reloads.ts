import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { Model } from '../model.js';
import { GUIDE } from './check-model.js';

/** Rows that a reloaded model is asked about. */
const ROWS = 32;

/** A saved model, and what it predicts. */
export interface Saved {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly examples: Examples;
  readonly rows: Int32Array;
  /** [row][class] */
  readonly probabilities: Float32Array;
}

/**
 * Loads what a user's model has saved and asks it again, so that a model that forgets something is found when it is
 * trained, not when it is needed. Throws EsciSelectError('model') unless the first rows are predicted alike, bit for bit.
 */
export async function checkReloads(
  model: Model,
  { files, examples, rows, probabilities }: Saved,
): Promise<void> {
  const asked = rows.slice(0, ROWS);
  const reloaded = await model.load(files);
  try {
    const again = await reloaded.predict(examples, asked);
    const differs = again.findIndex((value, at) => !Object.is(value, probabilities[at]));
    if (differs < 0) return;
    throw new EsciSelectError(
      'model',
      `model ${quote(model.name)} predicts ${again[differs]} once saved and loaded, ${probabilities[differs]} before`,
      { hint: `load() must give the model that save() wrote: ${GUIDE}` },
    );
  } finally {
    reloaded.dispose();
  }
}
