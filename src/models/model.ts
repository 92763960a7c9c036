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
  /** class probabilities [row][class] for the rows asked, in their order; a row's do not depend on the others asked */
  predict(examples: Examples, rows: Int32Array): Promise<Float32Array>;
  /** trainable parameters */
  readonly parameters: number;
  /** size of the saved model */
  readonly bytes: number;
  /** at least one point: a model that learns in one step gives the loss it ends with */
  readonly curve: readonly CurvePoint[];
  /** the model's files by name, to reload it without training */
  save(): Promise<Map<string, Uint8Array>>;
  /** loads what the first answer needs; only for a model that is slow to start, whose start is then timed */
  warmUp?(): Promise<void>;
  dispose(): void;
}

/** A base model that can be trained here: one of the registry, or a user's own (docs/own-models.md). */
export interface Model {
  readonly name: string;
  /** text, graph, or what its author calls models of its kind */
  readonly family: string;
  /** one sentence for `--help` and reports */
  readonly description: string;
  readonly needs: readonly Need[];
  /** training time per row relative to the other models, to start long fits first; 1 unless given */
  readonly effort?: number;
  /** what a sample of training rows is made of: any rows, or whole queries; rows unless given */
  readonly sampleBy?: 'row' | 'group';
  /** rows that latency is measured on, at most; unless given, thousands */
  readonly timedRows?: number;
  /** deterministic for equal input; throws EsciSelectError('data') when the data lacks what it needs */
  fit(input: FitInput): Promise<FittedModel>;
  /** a model from the files that FittedModel.save gave; its predictions equal the saved model's bit for bit */
  load(files: ReadonlyMap<string, Uint8Array>): Promise<FittedModel>;
}
