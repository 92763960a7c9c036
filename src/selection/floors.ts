import { EsciSelectError, quote, suggest } from '../errors.js';
import type { SubsetScore } from './tally.js';

/** A least score, judged on the cross-validated selection rows: `f1.complement=0.3`, `accuracy=0.6`. */
export interface Floor {
  readonly name: string;
  readonly least: number;
  /** the class whose F1 it is about; null for a score of all classes */
  readonly class: number | null;
}

const SCORES = ['accuracy', 'macroF1', 'weightedF1'] as const;

/**
 * Reads floors as given on the command line: `f1.<class>=x` or a score's name, x from 0 to 1.
 *
 * @throws EsciSelectError('usage') with the legal names
 */
export function parseFloors(specifications: readonly string[], classes: readonly string[]): Floor[] {
  const legal = [...SCORES, ...classes.map((name) => `f1.${name}`)];
  const floors = specifications.map((specification) => {
    const at = specification.lastIndexOf('=');
    const [name, least] = [specification.slice(0, at).trim(), specification.slice(at + 1).trim()];
    if (at < 0 || !legal.includes(name)) {
      throw badFloor(specification, 'expected name=least', suggest(name, legal, 'names'));
    }
    if (!/^\d*\.?\d+$/.test(least) || Number(least) > 1) {
      throw badFloor(specification, 'a least score is a number from 0 to 1', `--floor ${name}=0.3`);
    }
    const k = classes.findIndex((each) => `f1.${each}` === name);
    return { name, least: Number(least), class: k < 0 ? null : k };
  });
  const twice = floors.find(({ name }, at) => floors.findIndex((floor) => floor.name === name) !== at);
  if (twice !== undefined) throw badFloor(twice.name, 'given twice', 'give each floor once');
  return floors;
}

function badFloor(specification: string, problem: string, hint: string): EsciSelectError {
  return new EsciSelectError('usage', `floor ${quote(specification)} is not valid: ${problem}`, { hint });
}

/** The value that a floor is about. */
export function floorValue(floor: Floor, score: SubsetScore): number {
  if (floor.class !== null) return score.f1[floor.class];
  return score[SCORES.find((name) => name === floor.name)!];
}

/** How much a score lacks to meet all floors; 0 when it does. */
export function shortfall(floors: readonly Floor[], score: SubsetScore): number {
  return floors.reduce((sum, floor) => sum + Math.max(0, floor.least - floorValue(floor, score)), 0);
}
