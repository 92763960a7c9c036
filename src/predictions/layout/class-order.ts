import { type LabelSpace, labelParser } from '../../data/examples/labels.js';
import { EsciSelectError, quote } from '../../errors.js';
import type { MatchClass } from './names.js';

/**
 * The class index of each position of a declared order. Throws 'usage' unless it names every class exactly once.
 */
export function classOrder(space: LabelSpace, order: readonly string[]): number[] {
  const parse = labelParser(space);
  const positions = order.map((name) => parse(name)).filter((index) => index !== null);
  if (positions.length === order.length && new Set(positions).size === space.classes.length) {
    if (order.length === space.classes.length) return positions;
  }
  throw new EsciSelectError('usage', `class order ${quote(order.join(','))} does not name every class once`, {
    hint: `reorder --class-order ${space.classes.join(',')}`,
  });
}

/**
 * What text means which class: the user's label map and names (and ESCI's letters) first, then a declared position,
 * counted from 0.
 */
export function classMatcher(
  space: LabelSpace,
  order: readonly number[] | null,
  labelMap?: ReadonlyMap<string, string>,
): MatchClass {
  const parse = labelParser(space, labelMap);
  if (order === null) return parse;
  return (text) => parse(text) ?? (/^\d{1,2}$/.test(text) ? (order[Number(text)] ?? null) : null);
}
