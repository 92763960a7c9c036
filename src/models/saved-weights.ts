import { EsciSelectError, quote } from '../errors.js';
import { floats, type SavedModel } from './files.js';
import { restoreWeights, type WeightSpec, type Weights } from './tfjs/weights.js';

/** A saved model's weights. Throws EsciSelectError('model') where their number is not that of `specs`. */
export function savedWeights(saved: SavedModel, specs: readonly WeightSpec[]): Weights {
  const flat = floats(saved, 'weights');
  const expected = specs.reduce((sum, spec) => sum + spec.shape.reduce((size, side) => size * side, 1), 0);
  if (flat.length !== expected) {
    throw new EsciSelectError('model', `saved model has ${flat.length} weights, expected ${expected}`, {
      hint: 'the files were written by another version: train again with --force',
    });
  }
  return restoreWeights(specs, flat);
}

/** A model to be trained, and what the saved one must agree with. */
export interface WarmStart {
  readonly name: string;
  readonly classes: readonly string[];
  readonly specs: readonly WeightSpec[];
  /** the saved model's own, by its saved state */
  readonly savedSpecs: readonly WeightSpec[];
}

const HINT = 'give --warm-start a run with the same model, classes and version, or train without it';

/**
 * A saved model's weights as the start of a new one's training. Throws EsciSelectError('model') unless model, classes
 * and every weight's shape are the same.
 */
export function warmWeights(saved: SavedModel, { name, classes, specs, savedSpecs }: WarmStart): Weights {
  const refuse = (what: string, found: string, expected: string) =>
    new EsciSelectError(
      'model',
      `warm start of model ${quote(name)}: ${what} ${found}, expected ${expected}`,
      { hint: HINT },
    );
  if (saved.model !== name) throw refuse('saved model is of kind', quote(saved.model), quote(name));
  if (saved.classes.join('\n') !== classes.join('\n')) {
    throw refuse('saved classes are', saved.classes.join(', '), classes.join(', '));
  }
  if (savedSpecs.length !== specs.length) {
    throw refuse('saved model has', `${savedSpecs.length} weight arrays`, `${specs.length}`);
  }
  for (const [at, { name: weight, shape }] of specs.entries()) {
    const other = savedSpecs[at];
    const found = `${other.name} [${other.shape.join(' x ')}]`;
    const expected = `${weight} [${shape.join(' x ')}]`;
    if (found !== expected) throw refuse('saved weight is', found, expected);
  }
  return savedWeights(saved, specs);
}
