import { join } from 'node:path';
import { type LabelSpace, parseLabel } from '../../data/examples/labels.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type Config, SETTINGS_FILE, type Settings } from './settings.js';

/** What a ready model's outputs mean: a score, or a class each; [class]: the output of the class. */
export type OutputMeaning =
  | { readonly kind: 'score' }
  | { readonly kind: 'classes'; readonly outputOf: readonly number[] };

/**
 * What the outputs are called, in their order: as esci-select.json says, else by `id2label` of config.json.
 *
 * @throws EsciSelectError('usage') where neither says it, 'data' where the numbers of id2label have gaps
 */
export function outputNames({ labels }: Settings, { id2label }: Config, folder: string): string[] {
  if (labels !== undefined) return [...labels];
  const path = join(folder, 'config.json');
  const hint = `write "labels" into ${SETTINGS_FILE}: the classes in the order of the outputs, or ["score"] for a reranker`;
  if (id2label === undefined) {
    throw new EsciSelectError('usage', 'config.json does not say what the outputs are called (id2label)', {
      path,
      hint,
    });
  }
  const numbers = Object.keys(id2label);
  const names = numbers.map((_, at) => id2label[at]);
  if (names.length > 0 && names.every((name) => name !== undefined)) return names;
  throw new EsciSelectError(
    'data',
    `id2label numbers the outputs ${numbers.join(', ')}, expected 0, 1, ...`,
    {
      path,
      hint,
    },
  );
}

/**
 * What the outputs mean for these classes. One output is a score; more are classes, by their names and never by their
 * places.
 *
 * @throws EsciSelectError('data') where a name is no class, or a class has no output
 */
export function outputMeaning(names: readonly string[], space: LabelSpace, folder: string): OutputMeaning {
  if (names.length === 1) return { kind: 'score' };
  const path = join(folder, SETTINGS_FILE);
  const outputOf = new Array<number>(space.classes.length).fill(-1);
  for (const [output, name] of names.entries()) {
    const found = parseLabel(name, space);
    if (found === null) {
      throw new EsciSelectError(
        'data',
        `output ${output} of the model is called ${quote(name)}, which is no class`,
        {
          path,
          hint: `write "labels" into it: ${space.classes.join(', ')}, in the order of the model's outputs`,
        },
      );
    }
    if (outputOf[found] >= 0) {
      throw new EsciSelectError(
        'data',
        `two outputs of the model are called ${quote(space.classes[found])}`,
        {
          path,
          hint: `write "labels" into it: ${space.classes.join(', ')}, in the order of the model's outputs`,
        },
      );
    }
    outputOf[found] = output;
  }
  const lacking = outputOf.indexOf(-1);
  if (lacking < 0) return { kind: 'classes', outputOf };
  throw new EsciSelectError('data', `model has no output for the class ${quote(space.classes[lacking])}`, {
    path,
    hint: 'import its predictions with --predictions, or use its encoder with encoder:',
  });
}
