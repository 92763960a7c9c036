import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  wholeNumbers,
} from '../xgboost/json-field.js';
import type { Level } from './columns.js';

const BYTE = 255;

/**
 * [column] the levels of text and number categories in order of their codes, which XGBoost writes since 3.1 (`cats`); null
 * for columns without. Throws 'model'. O(size).
 */
export function xgboostLevels(model: JsonField, columns: number): (readonly Level[] | null)[] {
  const none: (readonly Level[] | null)[] = Array.from({ length: columns }, () => null);
  const categories = optionalMember(model, 'cats');
  const encoded = categories && optionalMember(categories, 'enc');
  if (!encoded || listOf(encoded).length === 0) return none;
  const list = listOf(encoded);
  if (list.length !== columns) throw badField(encoded, `has ${list.length} columns, expected ${columns}`);
  return list.map((value, at) => levelsOf({ ...encoded, value, name: `${encoded.name}[${at}]` }));
}

function levelsOf(field: JsonField): readonly Level[] | null {
  const values = member(field, 'values');
  const offsets = optionalMember(field, 'offsets');
  if (offsets === null) {
    const numbers = listOf(values);
    return numbers.length === 0 ? null : Array.from(numbers, Number);
  }
  const bytes = Uint8Array.from(wholeNumbers(values, -128, BYTE));
  const starts = wholeNumbers(offsets, 0, bytes.length);
  if (starts.length === 0) return null;
  const text = new TextDecoder();
  return Array.from({ length: starts.length - 1 }, (_, level) => {
    if (starts[level + 1] < starts[level]) throw badField(offsets, 'does not ascend');
    return text.decode(bytes.subarray(starts[level], starts[level + 1]));
  });
}
