import { Data, DataType, type Decimal, type Int, Precision, type Struct, Type, Vector } from 'apache-arrow';
import { Growable } from '../growable.js';
import { MissingMarks } from '../missing-marks.js';
import type { ReadOptions } from '../read-options.js';
import type { Column } from '../table.js';

/** Takes the first `rows` values of each batch of a column, in order, and makes the column of them. */
export interface ArrowCollector {
  name: string;
  add(data: Data, rows: number): void;
  finish(): Column;
}

type NumberArray = Float32Array | Float64Array | Int32Array;

/**
 * The collectors for a column of an Arrow type: one, or for a struct one of each of its fields, named with dots. None for a
 * type that no column kind can hold, which is left alone as long as nobody needs it.
 */
export function arrowCollectors(
  name: string,
  type: DataType,
  floats: FloatMemory = (_, length) => new Float32Array(length),
): ArrowCollector[] {
  if (DataType.isStruct(type)) return structCollectors(name, type, floats);
  const collecting = collectingOf(type, (length) => floats(name, length));
  return collecting === null ? [] : [{ name, ...collecting }];
}

/** Memory for a float32 column of a name, see ReadOptions. */
type FloatMemory = NonNullable<ReadOptions['floats']>;

function collectingOf(type: DataType, floats: (length: number) => Float32Array): Collecting | null {
  if (DataType.isFloat(type)) {
    if (type.precision !== Precision.DOUBLE) return numberCollector(Float32Array, floats);
    return numberCollector(Float64Array, (length) => new Float64Array(length));
  }
  if (DataType.isDecimal(type)) return decimalCollector(type);
  if (DataType.isInt(type)) {
    if (fitsInt32(type)) return numberCollector(Int32Array, (length) => new Int32Array(length));
    if (type.bitWidth === 32 || type.isSigned) return integerCollector();
    return textCollector((vector, row) => vector.get(row));
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return utf8Collector();
  const isText =
    DataType.isBool(type) ||
    DataType.isNull(type) ||
    DataType.isDate(type) ||
    DataType.isTimestamp(type) ||
    type.typeId === Type.Utf8View ||
    (DataType.isDictionary(type) && isTextOrNumber(type.dictionary));
  if (isText) return textCollector((vector, row) => vector.get(row));
  const isList = DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type);
  if (isList && isNumber(type.valueType)) return listCollector();
  return isList && DataType.isStruct(type.valueType) ? textCollector(jsonAt) : null;
}

/** Each field of a struct as a column of its own, missing where the struct is. */
function structCollectors(name: string, type: Struct, floats: FloatMemory): ArrowCollector[] {
  return type.children.flatMap((field, at) =>
    arrowCollectors(`${name}.${field.name}`, field.type, floats).map((inner) => ({
      ...inner,
      add: (data: Data, rows: number) => inner.add(withParentNulls(data, data.children[at]), rows),
    })),
  );
}

/** A field's values, missing also where the struct around them is. */
function withParentNulls(parent: Data, child: Data): Data {
  if (parent.nullCount === 0) return child;
  const bitmap = new Uint8Array((child.offset + child.length + 7) >> 3);
  let nulls = 0;
  for (let row = 0; row < child.length; row++) {
    const bit = child.offset + row;
    if (isValid(parent, row) && isValid(child, row)) bitmap[bit >> 3] |= 1 << (bit & 7);
    else nulls++;
  }
  const { type, offset, length, children, dictionary } = child;
  const buffers = [child.valueOffsets, child.values, bitmap, child.typeIds] as Data['buffers'];
  return new Data(type, offset, length, nulls, buffers, children, dictionary);
}

/** A list of structs, such as a classifier's answers with their scores, as JSON text. */
function jsonAt(vector: Vector, row: number): string | null {
  const list = vector.get(row) as Iterable<unknown> | null;
  if (list === null) return null;
  return JSON.stringify([...list], (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}

/** Decimals of 128 or 256 bits as doubles. */
function decimalCollector({ scale }: Decimal): Collecting {
  const values = Growable.of((length) => new Float64Array(length));
  const missing = new MissingMarks();
  return {
    add(data, rows) {
      requireLength(data, rows);
      const target = values.extend(rows);
      const vector = new Vector([data]);
      for (let row = 0; row < rows; row++) {
        const words = vector.get(row) as Uint32Array | null;
        target[row] = words === null ? 0 : Number(`${integerOf(words)}e${-scale}`);
      }
      missing.add(rows, marksOf(data, target));
    },
    finish: () => ({ kind: 'number', values: values.finish(), missing: missing.finish() }),
  };
}

/** Little-endian 32-bit words as a signed integer. */
function integerOf(words: Uint32Array): bigint {
  let value = 0n;
  for (let at = words.length - 1; at >= 0; at--) value = (value << 32n) | BigInt(words[at]);
  return BigInt.asIntN(32 * words.length, value);
}

function isTextOrNumber(type: DataType): boolean {
  return isUtf8(type) || type.typeId === Type.Utf8View || DataType.isInt(type) || DataType.isFloat(type);
}

function isUtf8(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isLargeUtf8(type);
}

function isNumber(type: DataType): boolean {
  return DataType.isFloat(type) || DataType.isInt(type);
}

function fitsInt32(type: Int): boolean {
  return type.bitWidth < 32 || (type.bitWidth === 32 && type.isSigned);
}

type Collecting = Pick<ArrowCollector, 'add' | 'finish'>;

type NumberKind = Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor;

/** Batches' own values are kept until the end, when it is known how long a column they make. */
function numberCollector(kind: NumberKind, allocate: (length: number) => NumberArray): Collecting {
  const parts: NumberArray[] = [];
  const missing = new MissingMarks();
  return {
    add(data, rows) {
      requireValues(data, rows);
      const part = partOf(data, rows, kind);
      missing.add(rows, marksOf(data, part));
      parts.push(part);
    },
    finish: () => ({ kind: 'number', values: joined(parts, allocate), missing: missing.finish() }),
  };
}

/** The first values of a batch, in memory of their own where they are not of the kind or some are missing. */
function partOf(data: Data, rows: number, kind: NumberKind): NumberArray {
  if (data.values.constructor !== kind) {
    const part = new kind(rows); // smaller integers, half floats
    copyValues(data, part);
    return part;
  }
  const values: NumberArray = data.values.subarray(0, rows);
  return data.nullCount === 0 ? values : values.slice();
}

function joined(parts: readonly NumberArray[], allocate: (length: number) => NumberArray): NumberArray {
  const values = allocate(parts.reduce((sum, { length }) => sum + length, 0));
  let used = 0;
  for (const part of parts) {
    values.set(part, used);
    used += part.length;
  }
  return values;
}

function copyValues(data: Data, target: NumberArray): void {
  const vector = new Vector([data]);
  for (let row = 0; row < target.length; row++) target[row] = Number(vector.get(row) ?? 0);
}

function integerCollector(): Collecting {
  const values = Growable.of((length) => new BigInt64Array(length));
  const missing = new MissingMarks();
  return {
    add(data, rows) {
      requireValues(data, rows);
      const target = values.extend(rows);
      const source = data.values as BigInt64Array | Uint32Array;
      for (let row = 0; row < rows; row++) target[row] = BigInt(source[row]);
      missing.add(rows, marksOf(data, target));
    },
    finish: () => ({ kind: 'integer', values: values.finish(), missing: missing.finish() }),
  };
}

function requireLength(data: Data, rows: number): void {
  if (data.length < rows) throw new Error(`${rows} values are declared, ${data.length} are there`);
}

function requireValues(data: Data, rows: number): void {
  if (data.values.length < rows)
    throw new Error(`${rows} values are declared, ${data.values.length} are there`);
}

/** Which of a batch's values are missing, or null where none is; their places in `target` become 0. */
function marksOf(data: Data, target: NumberArray | BigInt64Array): Uint8Array | null {
  if (data.nullCount === 0) return null;
  const marks = new Uint8Array(target.length);
  const zero = target instanceof BigInt64Array ? 0n : 0;
  let found = false;
  for (let row = 0; row < target.length; row++) {
    if (isValid(data, row)) continue;
    marks[row] = 1;
    target[row] = zero as never;
    found = true;
  }
  return found ? marks : null;
}

function isValid(data: Data, row: number): boolean {
  const bit = data.offset + row;
  return data.nullCount === 0 || (data.nullBitmap[bit >> 3] & (1 << (bit & 7))) !== 0;
}

/** Text straight from the batch's bytes: several times faster than the vector's own decoding. */
function utf8Collector(): Collecting {
  const values: (string | null)[] = [];
  return {
    add(data, rows) {
      const bytes = Buffer.from(data.values.buffer, data.values.byteOffset, data.values.byteLength);
      const offsets = data.valueOffsets as Int32Array | BigInt64Array;
      if (rows > 0 && offsets.length <= rows) throw new Error(`${rows} texts are declared, fewer are there`);
      for (let row = 0; row < rows; row++) {
        const start = Number(offsets[row]);
        const end = Number(offsets[row + 1]);
        if (start < 0 || end < start || end > bytes.length) throw new Error('a text is outside its buffer');
        values.push(isValid(data, row) ? bytes.toString('utf8', start, end) : null);
      }
    },
    finish: () => ({ kind: 'text', values }),
  };
}

function textCollector(get: (vector: Vector, row: number) => unknown): Collecting {
  const values: (string | null)[] = [];
  return {
    add(data, rows) {
      requireLength(data, rows);
      const vector = new Vector([data]);
      for (let row = 0; row < rows; row++) {
        const value = get(vector, row);
        values.push(value === null || value === undefined ? null : String(value));
      }
    },
    finish: () => ({ kind: 'text', values }),
  };
}

/** Lists of numbers; a missing number inside a list becomes NaN. */
function listCollector(): Collecting {
  const values: (readonly number[] | null)[] = [];
  return {
    add(data, rows) {
      requireLength(data, rows);
      const vector = new Vector([data]);
      for (let row = 0; row < rows; row++) {
        const list = vector.get(row) as Vector | null;
        values.push(
          list === null ? null : Array.from(list, (item) => (item === null ? Number.NaN : Number(item))),
        );
      }
    },
    finish: () => ({ kind: 'list', values }),
  };
}
