import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { softmaxInto } from '../../math/softmax.js';
import { sharedFloats } from '../../threads/shared.js';
import type { Pretrained } from './folder.js';
import { type Embedding, INTERACTION, interact, unpackEmbedding } from './interaction.js';
import { type OutputMeaning, outputMeaning } from './labels.js';
import type { ReadingPlan } from './plan.js';

/** What a language model says of rows, before any head: [row][column], all NaN where a row is left out. */
export interface Signals {
  readonly columns: readonly string[];
  /** in memory that threads share */
  readonly values: Float32Array;
}

/** What the numbers of a model are: probabilities of the classes, or numbers for a head to learn from. */
export interface SignalKind {
  readonly columns: readonly string[];
  /** whether they are the answer, a column per class */
  readonly ready: boolean;
  readonly meaning: OutputMeaning | null;
}

/** What a model's numbers are for these classes. Throws EsciSelectError('data') where its outputs are not the classes. */
export function signalKind(
  { folders }: Pretrained,
  { labelSpace }: Pick<Examples, 'labelSpace'>,
): SignalKind {
  const meanings = folders.map(({ outputs, path }) =>
    outputs === null ? null : outputMeaning(outputs, labelSpace, path),
  );
  const [meaning] = meanings;
  if (meaning === null) return { columns: INTERACTION, ready: false, meaning };
  const other = folders.findIndex((_, at) => JSON.stringify(meanings[at]) !== JSON.stringify(meaning));
  if (other >= 0) {
    throw new EsciSelectError('data', 'models of the folds name their outputs differently', {
      path: folders[other].path,
      hint: 'export all with the same id2label, or write the same "labels" into each esci-select.json',
    });
  }
  if (meaning.kind === 'score') return { columns: ['score'], ready: false, meaning };
  return { columns: labelSpace.classes, ready: true, meaning };
}

/** The numbers of planned rows, from what was read of each item. O(rows x what a pair takes). */
export function signalsOf(
  kind: SignalKind,
  { first, second }: ReadingPlan,
  bytesOf: (item: number) => Uint8Array,
): Signals {
  const { columns, meaning } = kind;
  const values = sharedFloats(first.length * columns.length).fill(Number.NaN);
  let last: { item: number; embedding: Embedding } | null = null;
  for (let at = 0; at < first.length; at++) {
    if (first[at] < 0) continue;
    const to = at * columns.length;
    if (meaning !== null) {
      answerFrom(meaning, bytesOf(first[at]), values, to);
      continue;
    }
    if (last?.item !== first[at]) last = { item: first[at], embedding: unpackEmbedding(bytesOf(first[at])) };
    interact(last.embedding, unpackEmbedding(bytesOf(second[at])), values, to);
  }
  return { columns, values };
}

/** A score as it is; probabilities of the classes in their order, by softmax over all outputs. */
function answerFrom(meaning: OutputMeaning, bytes: Uint8Array, into: Float32Array, to: number): void {
  const logits = new Float32Array(Uint8Array.from(bytes).buffer);
  if (meaning.kind === 'score') {
    into[to] = logits[0];
    return;
  }
  const probabilities = new Float64Array(logits.length);
  softmaxInto(logits, probabilities, 0, logits.length);
  for (const [k, output] of meaning.outputOf.entries()) into[to + k] = probabilities[output];
}

/** Whether a row was left out. */
export function isLeftOut({ columns, values }: Signals, row: number): boolean {
  return Number.isNaN(values[row * columns.length]);
}
