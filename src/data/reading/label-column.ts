import { EsciSelectError, quote } from '../../errors.js';
import { parseNumber } from '../../io/text/number.js';
import { countOf } from '../checks/findings.js';
import {
  booleanWord,
  checkLabelMap,
  ESCI,
  isNoLabel,
  type LabelSpace,
  labelParser,
  labelSpaceOf,
  MAX_CLASSES,
} from '../examples/labels.js';
import type { LoadOptions } from '../examples/load-options.js';

/** A column is taken for ESCI labels, some of them wrong, if at least this share of its labels are ESCI's. */
const ESCI_SHARE = 0.9;

/** The label space of a label column, and a sentence on how it was found if it was not declared. */
export interface ChosenSpace {
  readonly space: LabelSpace;
  readonly note: string | null;
}

/**
 * Chooses the classes: the declared ones; ESCI for a column `esci_label` or one whose words are ESCI's; else the distinct
 * words found, sorted by code units. Throws 'data' where numbers stand and no classes are declared, or where there are
 * fewer than 2 or more than 64 distinct words.
 */
export function chooseLabelSpace(
  labels: readonly (string | null)[],
  column: string,
  options: LoadOptions,
  path: string,
): ChosenSpace {
  const declared = declaredSpace(options);
  if (declared !== null) return { space: declared, note: null };
  const counts = countLabels(labels);
  if (column === 'esci_label' || counts.size === 0) return { space: ESCI, note: null };
  if (esciShare(counts) >= ESCI_SHARE) return { space: ESCI, note: null };
  const words = wordsOf(counts);
  if (words.every((word) => parseNumber(word) !== null)) throw numbersFound(words, column, path);
  if (words.length < 2 || words.length > MAX_CLASSES) throw tooFewOrMany(words, column, path);
  const note = `the classes are the ${words.length} words of column ${quote(column)}, sorted: ${list(words)}`;
  return { space: labelSpaceOf(words), note };
}

function declaredSpace(options: LoadOptions): LabelSpace | null {
  if (options.classes === undefined && options.labelMap === undefined) return null;
  const space =
    options.classes === undefined
      ? mappedSpace(options.labelMap ?? new Map())
      : labelSpaceOf(options.classes);
  if (options.labelMap !== undefined) checkLabelMap(space, options.labelMap);
  return space;
}

/** ESCI where a declared mapping leads to its classes, else the names it leads to, in its order. */
function mappedSpace(map: ReadonlyMap<string, string>): LabelSpace {
  const names = [...new Set(map.values())];
  const parse = labelParser(ESCI);
  return names.some((name) => parse(name) !== null) ? ESCI : labelSpaceOf(names);
}

/** The distinct words, sorted by code units; true and false in one spelling where there is nothing else. */
function wordsOf(counts: ReadonlyMap<string, number>): string[] {
  const words = [...counts.keys()];
  const truths = words.map(booleanWord);
  return truths.includes(null) ? words.sort() : [...new Set(truths as string[])].sort();
}

function countLabels(labels: readonly (string | null)[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) {
    if (label !== null && !isNoLabel(label)) counts.set(label.trim(), (counts.get(label.trim()) ?? 0) + 1);
  }
  return counts;
}

function esciShare(counts: ReadonlyMap<string, number>): number {
  const parse = labelParser(ESCI);
  let known = 0;
  let all = 0;
  for (const [label, count] of counts) {
    all += count;
    if (parse(label) !== null) known += count;
  }
  return known / all;
}

function numbersFound(words: readonly string[], column: string, path: string): EsciSelectError {
  const sorted = [...words].sort((a, b) => Number(a) - Number(b));
  const message = `column ${quote(column)} holds numbers, whose meaning must be declared; found ${list(sorted)}`;
  const classes = sorted.slice(0, 10).join(',');
  return new EsciSelectError('data', message, {
    path,
    hint: `give --classes ${classes} in the order of the classes, or --label-map ${sorted[0]}=NAME,...`,
  });
}

function tooFewOrMany(words: readonly string[], column: string, path: string): EsciSelectError {
  const found = `${countOf(words.length, 'distinct label')} in column ${quote(column)}: ${list(words)}`;
  return new EsciSelectError('data', `2 to ${MAX_CLASSES} classes are due, found ${found}`, {
    path,
    hint: 'declare them with --classes, or name the label column with --column label=NAME',
  });
}

function list(words: readonly string[]): string {
  const shown = words.slice(0, 10).map(quote).join(', ');
  return words.length > 10 ? `${shown} and ${words.length - 10} more` : shown;
}
