/** What a folder is used as: a sentence encoder whose head is trained here, or a classifier or reranker that is ready. */
export type PretrainedKind = 'encoder' | 'onnx';

/** A folder with a language model, as threads tell each other of it. */
export interface PretrainedFolder {
  readonly kind: PretrainedKind;
  /** absolute */
  readonly path: string;
  /** of all that decides what the model says: its files, its settings and the runtime */
  readonly sha256: string;
  /** the runtime's package */
  readonly runtime: RuntimeName;
}

/** Packages that run ONNX models: native code, and WebAssembly, which is slower. */
export type RuntimeName = 'onnxruntime-node' | 'onnxruntime-web';

const WORD = /^(encoder|onnx):(.*)$/s;

/** What a word of `--models` says of a language model: `encoder:PATH` or `onnx:PATH`; null for other words. */
export function pretrainedWord(word: string): { kind: PretrainedKind; path: string } | null {
  const found = WORD.exec(word.trim());
  return found === null ? null : { kind: found[1] as PretrainedKind, path: found[2] };
}

/** Whether a place of a model's code is a folder with a language model, rather than a user's module. */
export function isPretrained(origin: unknown): origin is PretrainedFolder {
  return typeof origin === 'object' && origin !== null && 'kind' in origin;
}
