/** A table in one typed array, [row][column]: the value at row r and column c lies at r * width + c. */
export type FlatTable =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/**
 * Some rows of a table, in the order given and as often as they are given: row i of the result is row `rows[i]` of the
 * table. Written into `target`, which is a new array of the same type unless given. O(rows.length width).
 */
export function takeRows<Table extends FlatTable>(
  table: Table,
  width: number,
  rows: ArrayLike<number>,
  target: Table = emptyLike(table, rows.length * width),
): Table {
  for (let row = 0, to = 0; row < rows.length; row++) {
    const from = rows[row] * width;
    for (let column = 0; column < width; column++) target[to++] = table[from + column];
  }
  return target;
}

/**
 * Writes the rows of a table over rows of another of the same width: row i goes to row `rows[i]` of the target, the last
 * one given where a row is named twice. Returns the target. O(rows.length width).
 */
export function putRows<Target extends FlatTable>(
  table: ArrayLike<number>,
  width: number,
  rows: ArrayLike<number>,
  target: Target,
): Target {
  for (let row = 0, from = 0; row < rows.length; row++) {
    const to = rows[row] * width;
    for (let column = 0; column < width; column++) target[to + column] = table[from++];
  }
  return target;
}

/**
 * Some columns of a table of `width` columns, in the order given: column j of the result is column `columns[j]`.
 * Written into `target`, a table of `columns.length` columns, which is a new array of the same type unless given.
 * O(rows columns.length).
 */
export function takeColumns<Table extends FlatTable>(
  table: Table,
  width: number,
  columns: ArrayLike<number>,
  target: Table = emptyLike(table, (table.length / width) * columns.length),
): Table {
  for (let from = 0, to = 0; from < table.length; from += width) {
    for (let column = 0; column < columns.length; column++) target[to++] = table[from + columns[column]];
  }
  return target;
}

function emptyLike<Table extends FlatTable>(table: Table, length: number): Table {
  return new (table.constructor as new (length: number) => Table)(length);
}
