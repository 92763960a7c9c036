import { EsciSelectError, quote } from '../../errors.js';

/** A value inside a parsed model file, and how to name it in an error. */
export interface JsonField {
  readonly value: unknown;
  /** e.g. `trees[3].left_children` */
  readonly name: string;
  readonly path?: string;
}

const BROKEN_HINT = 'the file is damaged or was edited; export the model again';

/** The 'model' error of a field. */
export function badField(field: JsonField, problem: string, hint = BROKEN_HINT): EsciSelectError {
  return new EsciSelectError('model', `${field.name} ${problem}`, { path: field.path, hint });
}

/** A member of an object, or null if the object lacks it. Inherited names are never found. */
export function optionalMember(field: JsonField, key: string): JsonField | null {
  const { value, name, path } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    throw badField(field, 'is not an object');
  if (!Object.hasOwn(value, key)) return null;
  return { value: (value as Record<string, unknown>)[key], name: name === '' ? key : `${name}.${key}`, path };
}

export function member(field: JsonField, key: string): JsonField {
  const found = optionalMember(field, key);
  if (found === null) throw badField(field, `has no ${quote(key)}`);
  return found;
}

/** A list of JSON, or one of UBJSON's typed arrays. */
export function listOf(field: JsonField): readonly unknown[] {
  const { value } = field;
  const isTyped = ArrayBuffer.isView(value) && !(value instanceof DataView);
  if (!Array.isArray(value) && !isTyped) throw badField(field, 'is not a list');
  return value as readonly unknown[];
}

export function textOf(field: JsonField): string {
  if (typeof field.value !== 'string') throw badField(field, `is ${quote(field.value)}, expected text`);
  return field.value;
}

/** A whole number, given as one or as text. */
export function wholeNumber(field: JsonField, least: number, most: number): number {
  const { value } = field;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (Number.isInteger(number) && Number(number) >= least && Number(number) <= most) return Number(number);
  throw badField(field, `is ${quote(value)}, expected a whole number from ${least} to ${most}`);
}

/** A list of whole numbers within bounds; true and false count as 1 and 0. */
export function wholeNumbers(field: JsonField, least: number, most: number): Int32Array {
  const list = listOf(field);
  const numbers = new Int32Array(list.length);
  for (let at = 0; at < list.length; at++) {
    const value = list[at];
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (!Number.isInteger(number) || Number(number) < least || Number(number) > most) {
      throw badField(
        { ...field, name: `${field.name}[${at}]` },
        `is ${quote(value)}, expected ${least} to ${most}`,
      );
    }
    numbers[at] = Number(number);
  }
  return numbers;
}

/** A list of numbers as float32; what is no number, as a bare NaN of the file, is NaN. */
export function floats(field: JsonField): Float32Array {
  const list = listOf(field);
  const numbers = new Float32Array(list.length);
  for (let at = 0; at < list.length; at++) {
    const value = list[at];
    numbers[at] = typeof value === 'number' ? value : Number.NaN;
  }
  return numbers;
}
