import { type Data, DataType, Type } from 'apache-arrow';

const VIEW_BYTES = 16;
/** Texts of at most this many bytes stand in their view. */
const SHORT_TEXT_BYTES = 12;
const BITS = 8;

/**
 * Throws unless a column's values, offsets, keys and views all lie within the bytes that are there: readers follow them
 * without a look, and a wrong one gives a value of another row, a missing value, or a list of two billion. O(values).
 */
export function checkData(data: Data): void {
  const { type, length } = data;
  if (data.nullCount > 0 && !DataType.isNull(type)) {
    need(data.nullBitmap.length * BITS >= data.offset + length, 'marks of missing values');
  }
  if (DataType.isNull(type)) return;
  if (DataType.isDictionary(type)) {
    checkKeys(data);
  } else if (DataType.isStruct(type)) {
    for (const child of data.children) checkChild(child, length);
  } else if (DataType.isFixedSizeList(type)) {
    need(type.listSize >= 0, 'lists');
    checkChild(data.children[0], length * type.listSize);
  } else if (type.typeId === Type.Utf8View || type.typeId === Type.BinaryView) {
    checkViews(data);
  } else if (isVariable(type)) {
    const [child] = data.children;
    checkOffsets(data, child === undefined ? data.values.length : child.length);
    if (child !== undefined) checkData(child);
  } else {
    const perValue = DataType.isBool(type) ? 1 / BITS : data.stride;
    need((data.values?.length ?? 0) >= length * perValue, 'values');
    for (const child of data.children) checkData(child);
  }
}

function isVariable(type: DataType): boolean {
  const { typeId } = type;
  const texts: number[] = [Type.Utf8, Type.LargeUtf8, Type.Binary, Type.LargeBinary];
  return texts.includes(typeId) || [Type.List, Type.LargeList, Type.Map].includes(typeId as Type.List);
}

function checkChild(child: Data | undefined, length: number): void {
  need(child !== undefined && child.length >= length, 'values');
  checkData(child as Data);
}

/** Offsets of texts and lists ascend within what they point into. */
function checkOffsets({ valueOffsets, length, type }: Data, end: number): void {
  const what = DataType.isUtf8(type) || DataType.isLargeUtf8(type) ? 'texts' : 'lists';
  if (length === 0) return;
  const offsets = valueOffsets as Int32Array | BigInt64Array;
  need(offsets !== undefined && offsets.length > length, what);
  let before = Number(offsets[0]);
  need(before >= 0, what);
  for (let at = 1; at <= length; at++) {
    const offset = Number(offsets[at]);
    need(offset >= before, what);
    before = offset;
  }
  need(before <= end, what);
}

/** Keys of a dictionary name one of its values. */
function checkKeys(data: Data): void {
  const { values, dictionary, length } = data;
  need(dictionary !== undefined && values.length >= length, 'keys of a dictionary');
  const entries = (dictionary as NonNullable<typeof dictionary>).length;
  const hasMissing = data.nullCount > 0;
  for (let at = 0; at < length; at++) {
    if (hasMissing && !data.getValid(at)) continue;
    need(values[at] >= 0 && values[at] < entries, 'keys of a dictionary');
  }
  for (const part of dictionary?.data ?? []) checkData(part);
}

/** Views of texts: those too long to stand in the view itself lie in one of the column's buffers. */
function checkViews(data: Data): void {
  const { values, length, variadicBuffers } = data;
  need(values.length >= length * VIEW_BYTES, 'texts');
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const hasMissing = data.nullCount > 0;
  for (let at = 0; at < length; at++) {
    if (hasMissing && !data.getValid(at)) continue;
    const start = at * VIEW_BYTES;
    const bytes = view.getInt32(start, true);
    need(bytes >= 0, 'texts');
    if (bytes <= SHORT_TEXT_BYTES) continue;
    const buffer = variadicBuffers[view.getInt32(start + 8, true)] as Uint8Array | undefined;
    const offset = view.getInt32(start + 12, true);
    need(buffer !== undefined && offset >= 0 && offset + bytes <= buffer.length, 'texts');
  }
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new Error(`${what} of a column are outside its buffer`);
}
