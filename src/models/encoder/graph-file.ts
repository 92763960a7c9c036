import { EsciSelectError } from '../../errors.js';

/** What is read of an ONNX file without running it. */
export interface GraphFacts {
  /** names of the operations that the graph and its subgraphs are made of */
  readonly operations: ReadonlySet<string>;
  /** numbers in the weights: 16-bit and 32-bit floats, 8-bit integers of quantised models; no shapes or indices */
  readonly parameters: number;
  /** files beside the model that hold weights, as the model names them */
  readonly external: readonly string[];
}

/** Fields of onnx.proto that are read, by message. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5 };
const NODE = { operation: 4, attribute: 5 };
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11 };
const TENSOR = { dims: 1, type: 2, externalData: 13 };
const PAIR = { key: 1, value: 2 };

/** Data types of weights: float, uint8, int8, float16, bfloat16. */
const WEIGHTS = [1, 2, 3, 10, 16];

/**
 * Reads operations, size and further files from the protocol buffers of an ONNX model (onnx/onnx.proto). O(bytes), and
 * weights are skipped.
 *
 * @throws EsciSelectError('data') where the bytes are no ONNX model, or are cut
 */
export function readGraphFacts(bytes: Uint8Array, path: string): GraphFacts {
  const facts: Collected = { operations: new Set(), parameters: 0, external: new Set() };
  try {
    for (const field of fieldsOf(bytes)) if (field.number === MODEL.graph) readGraph(field.bytes, facts);
  } catch (cause) {
    throw damaged(path, cause);
  }
  if (facts.operations.size === 0) throw damaged(path);
  return { ...facts, external: [...facts.external].sort() };
}

interface Collected {
  readonly operations: Set<string>;
  parameters: number;
  readonly external: Set<string>;
}

function damaged(path: string, cause?: unknown): EsciSelectError {
  return new EsciSelectError('data', 'file is not a complete ONNX model', {
    path,
    hint: 'export the model again, and copy it whole: a Git LFS pointer of some hundred bytes is not the model',
    cause,
  });
}

function readGraph(bytes: Uint8Array, facts: Collected): void {
  for (const field of fieldsOf(bytes)) {
    if (field.number === GRAPH.node) readNode(field.bytes, facts);
    if (field.number === GRAPH.initializer) readTensor(field.bytes, facts);
  }
}

function readNode(bytes: Uint8Array, facts: Collected): void {
  for (const field of fieldsOf(bytes)) {
    if (field.number === NODE.operation) facts.operations.add(textOf(field.bytes));
    if (field.number !== NODE.attribute) continue;
    for (const part of fieldsOf(field.bytes)) {
      if (part.wire !== 2) continue;
      if (part.number === ATTRIBUTE.tensor || part.number === ATTRIBUTE.tensors)
        readTensor(part.bytes, facts);
      if (part.number === ATTRIBUTE.graph || part.number === ATTRIBUTE.graphs) readGraph(part.bytes, facts);
    }
  }
}

function readTensor(bytes: Uint8Array, facts: Collected): void {
  let count = 1;
  let type = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === TENSOR.dims) for (const side of wholesOf(field)) count *= side;
    if (field.number === TENSOR.type) type = field.value;
    if (field.number === TENSOR.externalData) readLocation(field.bytes, facts);
  }
  if (WEIGHTS.includes(type)) facts.parameters += count;
}

function readLocation(bytes: Uint8Array, facts: Collected): void {
  const pair = new Map(Array.from(fieldsOf(bytes), (field) => [field.number, textOf(field.bytes)]));
  if (pair.get(PAIR.key) === 'location') facts.external.add(pair.get(PAIR.value) ?? '');
}

interface Field {
  readonly number: number;
  /** 0 a whole number, 1 and 5 fixed 8 and 4 bytes, 2 bytes */
  readonly wire: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** The fields of a message, in order. Throws where it is cut or is none. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  const take = (length: number) => {
    if (at + length > message.length) throw new RangeError('message is cut');
    at += length;
    return message.subarray(at - length, at);
  };
  const whole = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const [byte] = take(1);
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      if (shift > 56) throw new RangeError('number is too long');
    }
  };
  while (at < message.length) {
    const tag = whole();
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) yield { number, wire, value: whole(), bytes: EMPTY };
    else if (wire === 2) yield { number, wire, value: 0, bytes: take(whole()) };
    else if (wire === 1) yield { number, wire, value: 0, bytes: take(8) };
    else if (wire === 5) yield { number, wire, value: 0, bytes: take(4) };
    else throw new RangeError(`wire type ${wire} is unknown`);
  }
}

/** A repeated whole number: alone, or several packed into bytes. */
function wholesOf({ wire, value, bytes }: Field): number[] {
  if (wire === 0) return [value];
  const found: number[] = [];
  let [sum, shift] = [0, 0];
  for (const byte of bytes) {
    sum += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte >= 128) continue;
    found.push(sum);
    [sum, shift] = [0, 0];
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
