import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { ImportedModel } from '../import-options.js';
import type { Cost } from '../matrix.js';
import { hashOfValues } from '../store/values-hash.js';
import type { Collected } from './collect.js';
import { firstIds } from './findings.js';

/** What is declared of a model besides its predictions. */
export interface Declared {
  readonly family: string;
  readonly costs: Readonly<Record<string, Cost>>;
}

/**
 * The finished model with its card. Throws 'data' if examples have no row in the model's files, unless `--allow-missing`
 * is on, and always if none has one.
 */
export function finishModel(
  collected: Collected,
  examples: Examples,
  declared: Declared,
  allowMissing: boolean,
): ImportedModel {
  const { name, kind, values, account } = collected;
  const absent = examples.rows - account.kept - account.missing - account.rejected;
  if (isDead(collected)) refuseDead(collected, examples);
  if ((absent > 0 && !allowMissing) || account.kept === 0) refuseMissing(collected, examples);
  const missing = account.kept === examples.rows ? null : missingRows(values, examples);
  return {
    card: {
      name,
      kind,
      family: declared.family,
      source: 'imported',
      costs: declared.costs,
      sha256: hashOfValues(values),
      covered: account.kept,
      notes: notesOf(collected),
    },
    values,
    missing,
  };
}

/** Whether rows were found but none holds a usable value, as of a model whose training diverged. */
export function isDead({ account }: Pick<Collected, 'account'>): boolean {
  return account.kept === 0 && account.missing > 0;
}

function refuseDead({ name, account, blocks }: Collected, examples: Examples): never {
  const message = `model ${quote(name)} has no usable value: ${account.missing} of ${examples.rows} examples are there, and all are empty, NaN or no class`;
  throw new EsciSelectError('data', message, {
    path: blocks[0].table.path,
    hint: 'leave the file out, or give --allow-missing, which leaves such models out with a warning',
  });
}

function missingRows(values: Float32Array, { rows, labelSpace }: Examples): Uint8Array {
  const missing = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    if (Number.isNaN(values[row * labelSpace.classes.length])) missing[row] = 1;
  }
  return missing;
}

function refuseMissing({ name, values, blocks }: Collected, examples: Examples): never {
  const missing = missingRows(values, examples);
  const ids = examples.id.filter((_, row) => missing[row] === 1);
  const message = `model ${quote(name)} has no prediction for ${ids.length} of ${examples.rows} examples: ${firstIds(ids, ids.length)}`;
  throw new EsciSelectError('data', message, {
    path: blocks[0].table.path,
    hint:
      ids.length === examples.rows
        ? 'check that the file belongs to these examples, and name its id column with --key'
        : '--allow-missing imports the model and reports its coverage',
  });
}

function notesOf({ kind, account, facts, blocks }: Collected): string[] {
  const notes: string[] = [];
  if (kind === 'logits') notes.push('logits, stored after softmax');
  if (kind === 'labels') notes.push('hard labels, stored as one-hot');
  if (facts.some(({ percent }) => percent)) notes.push('percentages, divided by 100');
  if (blocks.length > 1) notes.push(`from ${blocks.length} files`);
  const divided = facts.reduce((sum, { renormalised }) => sum + renormalised, 0);
  if (divided > 0) notes.push(`${divided} rows did not sum to 1 and were divided by their sum`);
  if (account.missing > 0) notes.push(`${account.missing} rows hold no usable value and count as missing`);
  if (account.rejected > 0) notes.push(`${account.rejected} rows were rejected`);
  if (account.extra > 0) notes.push(`${account.extra} rows are of other examples and were left out`);
  return notes;
}
