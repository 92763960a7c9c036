import { EsciSelectError } from '../errors.js';

/** Types of a record's fields, by their names in AssemblyScript, and their bytes. */
const BYTES = { f64: 8, u64: 8, f32: 4, u32: 4, i32: 4 } as const;
export type FieldType = keyof typeof BYTES;

/** Where a record's fields lie, in bytes from its start, and how long it is. */
export interface RecordLayout<Fields extends Readonly<Record<string, FieldType>>> {
  readonly types: Fields;
  readonly at: { readonly [Field in keyof Fields]: number };
  readonly bytes: number;
}

/** Values to write into a record: every field but those of 64 bits that no double can hold. */
export type RecordValues<Fields extends Readonly<Record<string, FieldType>>> = {
  readonly [Field in keyof Fields as Fields[Field] extends 'u64' ? never : Field]: number;
};

/** Views of one memory that records are written into. */
export interface RecordViews {
  readonly words: Uint32Array | Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
}

/**
 * Lays a record out as AssemblyScript does: fields in their order, each at the next multiple of its size. The kernel's
 * own layout is the truth: `checkRecords` compares them.
 */
export function layOutRecord<const Fields extends Readonly<Record<string, FieldType>>>(
  types: Fields,
): RecordLayout<Fields> {
  let bytes = 0;
  const at: Record<string, number> = {};
  for (const [field, type] of Object.entries(types)) {
    at[field] = BYTES[type] * Math.ceil(bytes / BYTES[type]);
    bytes = at[field] + BYTES[type];
  }
  return { types, at: at as RecordLayout<Fields>['at'], bytes };
}

/** Writes fields of the record at an address, in bytes. */
export function writeRecord<Fields extends Readonly<Record<string, FieldType>>>(
  { words, floats, doubles }: RecordViews,
  { types, at }: RecordLayout<Fields>,
  address: number,
  values: Partial<RecordValues<Fields>>,
): void {
  for (const [field, value] of Object.entries<number>(values as Record<string, number>)) {
    const place = address + at[field];
    if (types[field] === 'f64') doubles[place / 8] = value;
    else if (types[field] === 'f32') floats[place >>> 2] = value;
    else words[place >>> 2] = value;
  }
}

/**
 * Compares layouts with those that a kernel file exports: a global `record.field` for each field's place, and
 * `record.bytes` (records.ts beside each kernel's parts); a global `place.name` for each number of `places`, which both
 * sides take as given. Throws 'internal' at the first that differs or that only one side has.
 */
export function checkRecords(
  exported: object,
  records: Readonly<Record<string, RecordLayout<Readonly<Record<string, FieldType>>>>>,
  places: Readonly<Record<string, number>> = {},
): void {
  const theirs = new Map(
    Object.entries(exported)
      .filter(([name]) => name.includes('.'))
      .map(([name, global]) => [name, Number((global as { readonly value: number }).value)]),
  );
  const ours = new Map<string, number>(
    Object.entries(records).flatMap(([record, { at, bytes }]) =>
      Object.entries({ ...at, bytes }).map(([field, place]) => [`${record}.${field}`, place]),
    ),
  );
  for (const [name, value] of Object.entries(places)) ours.set(`place.${name}`, value);
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    if (ours.get(name) === theirs.get(name)) continue;
    throw new EsciSelectError(
      'internal',
      `kernel record '${name}' is at ${theirs.get(name) ?? 'none'}, expected ${ours.get(name) ?? 'none'}`,
      { hint: 'build or install the package again' },
    );
  }
}
