/** Typed arrays that examples are made of. */
type Numbers = Int16Array | Int32Array | Uint8Array;

/**
 * The values at ascending distinct positions; the same array where that is all of them. Plain loops: millions of rows pass
 * here, and `Array.from` with a function is several times slower.
 */
export function pickValues<T>(values: T[], positions: Int32Array): T[] {
  if (positions.length === values.length) return values;
  const picked = new Array<T>(positions.length);
  for (let at = 0; at < positions.length; at++) picked[at] = values[positions[at]];
  return picked;
}

/** As `pickValues`, for typed arrays; never the same array. */
export function pickNumbers<T extends Numbers>(values: T, positions: ArrayLike<number>): T {
  const picked = new (values.constructor as new (length: number) => T)(positions.length);
  for (let at = 0; at < positions.length; at++) picked[at] = values[positions[at]];
  return picked;
}
