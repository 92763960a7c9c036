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

/** A way to read what names a class in headers and cells; one way serves all columns of a model. */
export interface ClassReading {
  /** what a number means: a class of that name, or a position counted from 0 or 1 in the declared order */
  readonly numbers: 'names' | 'positions from 0' | 'positions from 1';
  readonly match: MatchClass;
}

/** A number that stands for a class: `3`, `class_3`, Hugging Face's `LABEL_3`. */
const NUMBERED = /^(?:(?:class|label)[_ ]?)?(\d{1,2})$/i;

/** The number that a name or cell consists of, or null. */
export function classNumber(text: string): number | null {
  const found = NUMBERED.exec(text.trim());
  return found === null ? null : Number(found[1]);
}

/**
 * What text means which class, the likeliest reading first. A declared order says what numbers mean, even where classes are
 * named by numbers; only where the numbers do not fit it are they names, or counted from 1. The user's label map goes
 * before everything.
 */
export function classReadings(
  space: LabelSpace,
  order: readonly number[] | null,
  labelMap?: ReadonlyMap<string, string>,
): ClassReading[] {
  const parse = labelParser(space, labelMap);
  if (order === null) return [{ numbers: 'names', match: parse }];
  const positions = (first: number): MatchClass => {
    return (text) => {
      const number = labelMap?.has(text.trim()) ? null : classNumber(text);
      return number === null ? parse(text) : (order[number - first] ?? null);
    };
  };
  return [
    { numbers: 'positions from 0', match: positions(0) },
    { numbers: 'names', match: parse },
    { numbers: 'positions from 1', match: positions(1) },
  ];
}

/** The first of `classReadings`. */
export function classMatcher(
  space: LabelSpace,
  order: readonly number[] | null,
  labelMap?: ReadonlyMap<string, string>,
): MatchClass {
  return classReadings(space, order, labelMap)[0].match;
}
