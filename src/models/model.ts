import type { Examples } from '../data/examples/examples.js';

/** What a model must see in the data to be trained. */
export type Need = 'text' | 'behaviours';

/** One point of a training curve. Losses are mean cross-entropies in nats. */
export interface CurvePoint {
  readonly epoch: number;
  readonly loss: number;
  /** on grouped rows held out of the training rows, for early stopping; null without */
  readonly validationLoss: number | null;
}

export interface FitInput {
  readonly examples: Examples;
  /** labelled rows to learn from; the model must use the labels of no other row */
  readonly rows: Int32Array;
  readonly seed: number;
  /** files of a saved model of the same kind, whose weights the training starts from; drawn by the seed unless given */
  readonly start?: ReadonlyMap<string, Uint8Array>;
  /** called after every epoch with the number of epochs at most */
  readonly onEpoch?: (point: CurvePoint, epochs: number) => void;
}

/** A trained model, held in memory of the thread that trained it. */
export interface FittedModel {
  /** class probabilities [row][class] for the rows asked, in their order */
  predict(examples: Examples, rows: Int32Array): Promise<Float32Array>;
  /** trainable parameters */
  readonly parameters: number;
  /** size of the saved model */
  readonly bytes: number;
  readonly curve: readonly CurvePoint[];
  /** the model's files by name, to reload it without training */
  save(): Promise<Map<string, Uint8Array>>;
  dispose(): void;
}

/** A base model that can be trained here. A new one is one file and one line in the registry. */
export interface Model {
  readonly name: string;
  readonly family: 'text' | 'graph';
  /** one sentence for `--help` and reports */
  readonly description: string;
  readonly needs: readonly Need[];
  /** deterministic for equal input; throws EsciSelectError('data') when the data lacks what it needs */
  fit(input: FitInput): Promise<FittedModel>;
}
