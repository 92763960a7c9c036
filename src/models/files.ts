import { EsciSelectError, quote } from '../errors.js';

/** What a model keeps beside its weights: plain JSON, and named arrays. */
export interface ModelState {
  readonly config: unknown;
  readonly arrays: ReadonlyMap<string, Float32Array | Int32Array>;
}

export interface SavedModel extends ModelState {
  /** the registry's name */
  readonly model: string;
  readonly classes: readonly string[];
}

const FORMAT = 'esci-select-model';
const VERSION = 1;

/** File names of a saved model. */
export const CONFIG_FILE = 'model.json';
export const ARRAYS_FILE = 'weights.bin';

interface Entry {
  readonly name: string;
  readonly type: 'float32' | 'int32';
  readonly length: number;
}

/** A model as two files: readable JSON, and all arrays as little-endian 32-bit numbers in the order it lists. */
export function packModel(saved: SavedModel): Map<string, Uint8Array> {
  const entries: Entry[] = [...saved.arrays].map(([name, array]) => ({
    name,
    type: array instanceof Float32Array ? 'float32' : 'int32',
    length: array.length,
  }));
  const total = entries.reduce((sum, entry) => sum + entry.length, 0);
  const bytes = new Uint8Array(total * 4);
  let at = 0;
  for (const array of saved.arrays.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  const { model, classes, config } = saved;
  const header = { format: FORMAT, version: VERSION, model, classes, config, arrays: entries };
  return new Map([
    [CONFIG_FILE, new TextEncoder().encode(`${JSON.stringify(header, null, 1)}\n`)],
    [ARRAYS_FILE, bytes],
  ]);
}

/** Reads what packModel wrote. Throws EsciSelectError('model') where a file is missing, cut or of another format. */
export function unpackModel(files: ReadonlyMap<string, Uint8Array>): SavedModel {
  const header = parseHeader(fileOf(files, CONFIG_FILE));
  const bytes = fileOf(files, ARRAYS_FILE);
  const expected = header.arrays.reduce((sum, entry) => sum + entry.length * 4, 0);
  if (bytes.length !== expected) {
    throw new EsciSelectError(
      'model',
      `saved model has ${bytes.length} bytes of weights, expected ${expected}`,
      {
        path: ARRAYS_FILE,
        hint: 'the file is cut or belongs to another model: train again with --force',
      },
    );
  }
  const arrays = new Map<string, Float32Array | Int32Array>();
  let at = 0;
  for (const { name, type, length } of header.arrays) {
    // a copy: a Buffer's own slice is a view, whose buffer is the whole file's or a larger one
    const { buffer } = new Uint8Array(bytes.subarray(at, at + length * 4));
    arrays.set(name, type === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer));
    at += length * 4;
  }
  return { model: header.model, classes: header.classes, config: header.config, arrays };
}

interface Header {
  readonly model: string;
  readonly classes: readonly string[];
  readonly config: unknown;
  readonly arrays: readonly Entry[];
}

function parseHeader(bytes: Uint8Array): Header {
  let parsed: Record<string, unknown>;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw damaged('is not JSON', cause);
  }
  if (parsed?.format !== FORMAT) throw damaged(`has format ${quote(parsed?.format)}, expected '${FORMAT}'`);
  if (parsed.version !== VERSION) throw damaged(`has version ${quote(parsed.version)}, expected ${VERSION}`);
  const header = parsed as unknown as Header;
  if (typeof header.model !== 'string' || !Array.isArray(header.classes) || !Array.isArray(header.arrays)) {
    throw damaged('lacks its model, classes or arrays');
  }
  const legal = (entry: Entry) =>
    typeof entry?.name === 'string' &&
    (entry.type === 'float32' || entry.type === 'int32') &&
    Number.isSafeInteger(entry.length) &&
    entry.length >= 0;
  if (!header.arrays.every(legal)) throw damaged('lists an array without name, type or length');
  return header;
}

function fileOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name);
  if (bytes) return bytes;
  throw new EsciSelectError('model', `saved model lacks ${name}`, {
    path: name,
    hint: `a saved model has ${CONFIG_FILE} and ${ARRAYS_FILE}`,
  });
}

function damaged(problem: string, cause?: unknown): EsciSelectError {
  return new EsciSelectError('model', `saved model ${problem}`, {
    path: CONFIG_FILE,
    hint: 'give a model folder written by esci-select, or train again with --force',
    cause,
  });
}

/** A float32 array of a saved state. Throws EsciSelectError('model') if it is missing. */
export function floats(state: ModelState, name: string): Float32Array {
  const array = state.arrays.get(name);
  if (array instanceof Float32Array) return array;
  throw damaged(`lacks the array ${quote(name)}`);
}

/** An int32 array of a saved state. Throws EsciSelectError('model') if it is missing. */
export function integers(state: ModelState, name: string): Int32Array {
  const array = state.arrays.get(name);
  if (array instanceof Int32Array) return array;
  throw damaged(`lacks the array ${quote(name)}`);
}
