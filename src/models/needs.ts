import type { Examples } from '../data/examples/examples.js';
import { EsciSelectError, quote } from '../errors.js';
import type { FitInput, Model } from './model.js';

/** Throws EsciSelectError('data') unless the data has what the model must see, and labelled rows of two classes. */
export function checkNeeds(model: Pick<Model, 'name' | 'needs'>, { examples, rows }: FitInput): void {
  if (model.needs.includes('text') && examples.text === null) {
    throw new EsciSelectError(
      'data',
      `model ${quote(model.name)} needs product text, and the data has none`,
      {
        hint: 'give the products with their titles too, or leave the model out with --models',
      },
    );
  }
  if (model.needs.includes('behaviours') && examples.behaviours === null) {
    throw new EsciSelectError('data', `model ${quote(model.name)} needs behaviours, and the data has none`, {
      hint: 'give impressions, clicks, adds and purchases, or leave the model out with --models',
    });
  }
  const classes = new Set<number>();
  for (const row of rows) {
    if (examples.label[row] < 0) {
      throw new EsciSelectError(
        'internal',
        `model ${quote(model.name)} was given row ${row} without a label`,
      );
    }
    classes.add(examples.label[row]);
  }
  if (classes.size >= 2) return;
  throw new EsciSelectError(
    'data',
    `model ${quote(model.name)} needs training rows of at least 2 classes, and ${rows.length} rows have ${classes.size}`,
    { hint: 'give labelled rows of more classes, or predictions with --predictions and --models none' },
  );
}

/** Throws EsciSelectError('data') unless there is product text or behaviours for a graph model to use. */
export function checkGraphEvidence(name: string, examples: Examples): void {
  if (examples.text !== null || examples.behaviours !== null) return;
  throw new EsciSelectError(
    'data',
    `model ${quote(name)} needs product text or behaviours, and the data has neither`,
    {
      hint: 'give the products with their titles, or behaviours, or leave the model out with --models',
    },
  );
}
