import { EsciSelectError, quote, suggest } from '../../errors.js';

/** Ordered class names. The index of a class here is its index in every array of the program. */
export interface LabelSpace {
  /** 2 to 64 distinct names, e.g. exact, substitute, complement, irrelevant */
  readonly classes: readonly string[];
}

/**
 * The scheme of the Shopping Queries Data Set: exact, substitute, complement, irrelevant.
 *
 * @example
 * import { ESCI } from 'esci-select';
 *
 * ESCI.classes[2]; // => 'complement'
 */
export const ESCI: LabelSpace = { classes: ['exact', 'substitute', 'complement', 'irrelevant'] };

const MIN_CLASSES = 2;
export const MAX_CLASSES = 64;

/**
 * A label space of the given classes, in the given order. Throws 'usage' unless there are 2 to 64 distinct names that
 * are neither empty nor surrounded by spaces.
 */
export function labelSpaceOf(classes: readonly string[]): LabelSpace {
  const hint = 'name 2 to 64 different classes in their order, such as --classes no,yes';
  if (classes.length < MIN_CLASSES || classes.length > MAX_CLASSES) {
    throw new EsciSelectError('usage', `2 to 64 classes are due, ${classes.length} are given`, { hint });
  }
  const seen = new Set<string>();
  for (const name of classes) {
    if (name === '' || name.trim() !== name) {
      throw new EsciSelectError('usage', `a class name is empty or has spaces around it: ${quote(name)}`, {
        hint,
      });
    }
    if (seen.has(name)) throw new EsciSelectError('usage', `class ${quote(name)} is given twice`, { hint });
    seen.add(name);
  }
  return { classes: [...classes] };
}

/** How programs write that there is no label; lower-case `none` and `na` are words that classes have. */
const NO_LABEL = /^(|nan|NaN|NAN|-nan|<NA>|NA|N\/A|n\/a|#N\/A|null|NULL|None|NaT|nil)$/;

/** Whether a label as it stands in a file says that there is none. A class may be declared to have such a name. */
export function isNoLabel(text: string): boolean {
  return NO_LABEL.test(text.trim());
}

/** `true` for True and TRUE, as CSV files of other programs write it; null for anything that is no truth value. */
export function booleanWord(text: string): 'false' | 'true' | null {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : null;
}

/**
 * Every spelling by which a class is known, its name first; [class][spelling]. Where all classes are ESCI's (words or
 * letters, in any case and order), each is known by its word and its letter; else by its name alone.
 */
export function labelAliases(space: LabelSpace): string[][] {
  const words = space.classes.map(esciWord);
  const esci = words.every((word) => word !== null) && new Set(words).size === words.length;
  return space.classes.map((name, k) => {
    const word = words[k];
    if (!esci || word === null) return [name];
    return [...new Set([name, word, word[0].toUpperCase()])];
  });
}

/**
 * The class index of a label as it stands in a file, or null if it is unknown. A declared `map` (label as written to
 * class name; needed for numbers) is asked first. ESCI classes are known as letters or words in any case; other classes
 * by their exact name, spaces around it, the case of true and false and the spelling of a decimal number aside.
 */
export function parseLabel(
  text: string,
  space: LabelSpace,
  map?: ReadonlyMap<string, string>,
): number | null {
  return labelParser(space, map)(text);
}

/** `parseLabel` for many labels of one space: each distinct spelling is looked up once. */
export function labelParser(
  space: LabelSpace,
  map?: ReadonlyMap<string, string>,
): (text: string) => number | null {
  const index = new Map<string, number>();
  const esci = labelAliases(space)[0].length > 1;
  const fold = esci || space.classes.every((name) => booleanWord(name) !== null);
  labelAliases(space).forEach((spellings, k) => {
    for (const spelling of spellings) index.set(foldCase(spelling, fold), k);
  });
  for (const [k, name] of space.classes.entries()) {
    const plain = plainNumber(name);
    if (!index.has(plain)) index.set(plain, k);
  }
  const named = (text: string) => index.get(foldCase(text, fold)) ?? index.get(plainNumber(text)) ?? null;
  const known = new Map<string, number | null>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      const trimmed = text.trim();
      found = named(map?.get(text) ?? map?.get(trimmed) ?? map?.get(plainNumber(trimmed)) ?? trimmed);
      known.set(text, found);
    }
    return found;
  };
}

/** Throws 'usage' if a declared mapping leads to a name that is no class. */
export function checkLabelMap(space: LabelSpace, map: ReadonlyMap<string, string>): void {
  const parse = labelParser(space);
  for (const [from, to] of map) {
    if (parse(to) !== null) continue;
    throw new EsciSelectError('usage', `label ${quote(from)} is mapped to ${quote(to)}, which is no class`, {
      hint: suggest(to, space.classes, 'classes'),
    });
  }
}

/** Every accepted spelling for a message: `exact (E), substitute (S)`, or the plain names. */
export function describeLabels(space: LabelSpace): string {
  return labelAliases(space)
    .map(([name, ...others]) => (others.length === 0 ? name : `${name} (${others.join(', ')})`))
    .join(', ');
}

function esciWord(name: string): string | null {
  const lower = name.toLowerCase();
  return ESCI.classes.find((word) => lower === word || lower === word[0]) ?? null;
}

function foldCase(text: string, fold: boolean): string {
  return fold ? text.toLowerCase() : text;
}

/** A decimal number as JavaScript writes it, so that 1.0, 1e0 and 1, or 0.50 and 0.5, are one; other text unchanged. */
function plainNumber(text: string): string {
  if (!/^[+-]?(\d+\.\d*|\.\d+|\d+(?=e))(e[+-]?\d+)?$/i.test(text)) return text;
  const value = Number(text);
  return Math.abs(value) < Number.MAX_SAFE_INTEGER ? String(value) : text;
}
