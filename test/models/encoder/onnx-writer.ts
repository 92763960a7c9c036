/** A small writer of ONNX files (onnx.proto of ONNX 1.17): enough for the models that tests make. */

/** A constant of a graph: float32 or int64 values in row-major order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
  /** where the values are in a file beside the model, instead of in it */
  readonly place?: { readonly file: string; readonly offset: number };
}

/** An attribute's value: a number with `int`, several of them, or a float. */
export type Attribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number };

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** An input or output; a side that is named instead of numbered may be of any length. */
export interface Port {
  readonly name: string;
  readonly type: 'float32' | 'int64';
  readonly shape: readonly (number | string)[];
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly opset: number;
}

const TYPES = { float32: 1, int64: 7 };

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

const whole = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const text = (field: number, value: string) => bytes(field, Buffer.from(value));
function bytes(field: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}
const message = (field: number, ...parts: Buffer[]) => bytes(field, Buffer.concat(parts));

function float(field: number, value: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + 5), four]);
}

function attribute(name: string, value: Attribute): Buffer {
  if ('int' in value) return message(5, text(1, name), whole(3, value.int), whole(20, 2));
  if ('float' in value) return message(5, text(1, name), float(2, value.float), whole(20, 1));
  return message(5, text(1, name), ...value.ints.map((each) => whole(8, each)), whole(20, 7));
}

function node({ op, inputs, outputs, attributes = {} }: Node, index: number): Buffer {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, `${op}_${index}`),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  );
}

function constant(name: string, { shape, values, place }: Tensor): Buffer {
  const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const type = values instanceof Float32Array ? TYPES.float32 : TYPES.int64;
  const entry = (key: string, value: string | number) => message(13, text(1, key), text(2, String(value)));
  const content =
    place === undefined
      ? [bytes(9, raw)]
      : [
          entry('location', place.file),
          entry('offset', place.offset),
          entry('length', raw.length),
          whole(14, 1),
        ];
  return message(5, ...shape.map((side) => whole(1, side)), whole(2, type), text(8, name), ...content);
}

function port(field: number, { name, type, shape }: Port): Buffer {
  const sides = shape.map((side) => message(1, typeof side === 'number' ? whole(1, side) : text(2, side)));
  const tensor = message(1, whole(1, TYPES[type]), message(2, ...sides));
  return message(field, text(1, name), message(2, tensor));
}

/** The file of a graph. */
export function writeOnnx({ nodes, constants, inputs, outputs, opset }: Graph): Buffer {
  const graph = [
    ...nodes.map(node),
    text(2, 'graph'),
    ...[...constants].map(([name, tensor]) => constant(name, tensor)),
    ...inputs.map((each) => port(11, each)),
    ...outputs.map((each) => port(12, each)),
  ];
  return Buffer.concat([
    whole(1, 8),
    text(2, 'esci-select test'),
    message(7, ...graph),
    message(8, text(1, ''), whole(2, opset)),
  ]);
}
