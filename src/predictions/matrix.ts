/** What running a model costs, e.g. { value: 12.5, unit: 'ms/row' }. */
export interface Cost {
  readonly value: number;
  readonly unit: string;
}

/** How a model's predictions were given. Logits are stored after softmax, hard labels as one-hot. */
export type PredictionKind = 'probabilities' | 'logits' | 'labels';

/** What the user may say that numbers are: percentages are probabilities times 100. */
export type DeclaredKind = PredictionKind | 'percent';

/** What a pre-trained language model is, of which only a head was trained here, or nothing. */
export interface PretrainedCard {
  /** of its ONNX file; of several, one a fold, of their hashes */
  readonly sha256: string;
  /** package and version that ran it */
  readonly runtime: string;
  /** as its esci-select.json says; empty where it does not */
  readonly licence: string;
  readonly revision: string;
  /** what its labels were learnt on: none, unknown, queries, per-fold */
  readonly trainedOn: string;
}

/** Who a model is, where its predictions came from and what it costs. */
export interface ModelCard {
  readonly name: string;
  /** text, graph, imported, or whatever the user declares */
  readonly family: string;
  readonly source: 'trained' | 'imported';
  readonly kind: PredictionKind;
  /** by cost name: latency_ms, memory_mb, ... ; a record without prototype, because users choose the names */
  readonly costs: Readonly<Record<string, Cost>>;
  /** sha256 of the model's predictions as stored */
  readonly sha256: string;
  /** rows that have a prediction */
  readonly covered: number;
  /** what the import did, for people */
  readonly notes: readonly string[];
  /** sha256 of the user's module that a model trained here is from; absent for one of the registry */
  readonly module?: string;
  /** what TensorFlow.js computed on when the model was trained here; absent for WebAssembly */
  readonly backend?: string;
  /** absent for a model that is not a pre-trained language model */
  readonly pretrained?: PretrainedCard;
}

/** Class probabilities of every model for every row, aligned with the examples. */
export interface PredictionMatrix {
  readonly rows: number;
  readonly classes: readonly string[];
  /** in order of name; the order of every [model] axis */
  readonly cards: readonly ModelCard[];
  /** probabilities, [row][model][class], in memory that threads share; NaN where missing */
  readonly values: Float32Array;
  /** [row][model], 1 where the model has no prediction for the row; null when every model covers every row */
  readonly missing: Uint8Array | null;
}
