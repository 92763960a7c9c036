import { quote } from '../../errors.js';

/** Share of the ids that must be found once a difference is taken away. */
const EXPLAINED = 0.9;
const SHOWN = 3;

/** A way in which programs rewrite ids, and how to undo it on both sides. */
interface Rewriting {
  readonly what: string;
  readonly undo: (id: string) => string;
}

const REWRITINGS: readonly Rewriting[] = [
  { what: 'spaces around or inside them', undo: (id) => id.trim().replace(/\s+/g, ' ') },
  { what: 'upper and lower case', undo: (id) => id.toLowerCase() },
  {
    what: 'leading zeros, which are lost where ids are read as numbers',
    undo: (id) => id.replace(/^0+(?=\w)/, ''),
  },
  {
    what: "thousands separators, as in '1,049'",
    undo: (id) => (/^-?\d{1,3}([,.'’ \u00a0\u202f]\d{3})+$/.test(id) ? id.replace(/[^\d-]/g, '') : id),
  },
  { what: 'decimal points, as in 1049.0', undo: (id) => id.replace(/^(-?\d+)\.0*$/, '$1') },
  {
    what: 'scientific notation, as in 1.049e+03',
    undo: (id) => (/^-?\d+(\.\d+)?e[+-]?\d+$/i.test(id) ? String(Number(id)) : id),
  },
  { what: 'quotes around them', undo: (id) => id.replace(/^['"`]+|['"`]+$/g, '') },
];

/**
 * Why ids of one table are not found in another, or null: a rewriting that, undone on both sides, finds at least 90% of
 * them, else a count that begins one earlier or later, else all rewritings at once. O(theirs + ours); only for errors.
 */
export function mismatchCause(theirs: readonly string[], ours: readonly string[]): string | null {
  if (theirs.length === 0 || ours.length === 0 || explains(theirs, ours, (id) => id)) return null;
  for (const { what, undo } of REWRITINGS) if (explains(theirs, ours, undo)) return `they differ in ${what}`;
  for (const shift of [1, -1]) {
    if (!explains(theirs, ours, (id) => id, shift)) continue;
    return `they are counted from ${shift === 1 ? 'one less' : 'one more'}: the counts are shifted by one row`;
  }
  const needed = fewest(theirs, ours);
  return needed.length === 0 ? null : `they differ in ${needed.map(({ what }) => what).join(', and in ')}`;
}

/** The rewritings that together explain the ids, without those that are not needed for it; none if all do not explain them. */
function fewest(theirs: readonly string[], ours: readonly string[]): readonly Rewriting[] {
  const undoing = (some: readonly Rewriting[]) => (id: string) =>
    some.reduce((text, { undo }) => undo(text), id);
  if (!explains(theirs, ours, undoing(REWRITINGS))) return [];
  return REWRITINGS.reduce<readonly Rewriting[]>((kept, each) => {
    const less = kept.filter((other) => other !== each);
    return explains(theirs, ours, undoing(less)) ? less : kept;
  }, REWRITINGS);
}

function explains(
  theirs: readonly string[],
  ours: readonly string[],
  undo: (id: string) => string,
  shift = 0,
): boolean {
  const known = new Set(ours.map(undo));
  const shifted = (id: string) =>
    shift === 0 ? id : /^-?\d{1,15}$/.test(id) ? String(Number(id) + shift) : '';
  const found = theirs.filter((id) => known.has(shifted(undo(id)))).length;
  return found >= EXPLAINED * theirs.length;
}

/** The first few ids of either side, for a message: `the file has '01', '02'; the examples have '1', '2'`. */
export function bothSides(theirs: readonly string[], ours: readonly string[], whose: string): string {
  const shown = (ids: readonly string[]) =>
    ids.slice(0, SHOWN).map(quote).join(', ') + (ids.length > SHOWN ? ', …' : '');
  return `the file has ${shown(theirs)}; ${whose} ${shown(ours)}`;
}
