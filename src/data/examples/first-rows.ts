/** The first row of each index, -1 where none has it; [index]. O(rows). */
export function firstRows(index: Int32Array, count: number): Int32Array {
  const first = new Int32Array(count).fill(-1);
  for (let row = index.length - 1; row >= 0; row--) first[index[row]] = row;
  return first;
}
