import { EsciSelectError, quote } from '../../errors.js';

/** A block of `key=value` lines of a LightGBM file, with the line it begins at, counting from 1. */
export interface TextBlock {
  readonly line: number;
  readonly values: ReadonlyMap<string, { readonly text: string; readonly line: number }>;
}

/** A LightGBM text model, taken apart. */
export interface LightgbmText {
  readonly header: TextBlock;
  readonly trees: readonly TextBlock[];
  /** JSON of the categories of pandas, as it stands; null where there is none */
  readonly pandasCategorical: string | null;
}

const SAVE_AGAIN = 'if the file was cut off, save it again: booster.save_model("model.txt")';

/** The 'model' error of a line. */
export function badLine(problem: string, line: number, path?: string, hint = SAVE_AGAIN): EsciSelectError {
  return new EsciSelectError('model', problem, { path, line, hint });
}

/**
 * The blocks of a LightGBM text model. `tree_sizes`, byte lengths that are wrong once line ends were changed, must have an
 * entry a tree but is not otherwise gone by: `Tree=` lines are. Throws 'model' with the line. O(size).
 */
export function parseLightgbm(text: string, path?: string): LightgbmText {
  const lines = text.split('\n');
  const trees: TextBlock[] = [];
  let block = emptyBlock(1);
  const header = block;
  let ended = 0;
  for (let at = 0; at < lines.length && ended === 0; at++) {
    const line = lines[at].trimEnd();
    if (line === 'end of trees') ended = at + 1;
    else if (line.startsWith('Tree=')) {
      block = emptyBlock(at + 1);
      trees.push(block);
      if (line !== `Tree=${trees.length - 1}`) {
        throw badLine(`${quote(line)} stands where tree ${trees.length - 1} is due`, at + 1, path);
      }
    } else addLine(block, line, at + 1, path);
  }
  if (ended === 0) throw badLine("LightGBM model ends before 'end of trees'", lines.length, path);
  checkSizes(header, trees.length, path);
  const pandas = lines.find((line, at) => at >= ended && line.startsWith('pandas_categorical:'));
  return { header, trees, pandasCategorical: pandas?.slice('pandas_categorical:'.length).trim() ?? null };
}

interface GrowingBlock extends TextBlock {
  readonly values: Map<string, { text: string; line: number }>;
}

function emptyBlock(line: number): GrowingBlock {
  return { line, values: new Map() };
}

function addLine(block: TextBlock, line: string, number: number, path: string | undefined): void {
  if (line === '') return;
  const at = line.indexOf('=');
  const [key, text] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  const { values } = block as GrowingBlock;
  if (values.has(key)) throw badLine(`${quote(key)} is given twice`, number, path);
  values.set(key, { text, line: number });
}

function checkSizes(header: TextBlock, trees: number, path: string | undefined): void {
  const sizes = header.values.get('tree_sizes');
  if (sizes === undefined) return;
  const entries = sizes.text.split(' ').filter((entry) => entry !== '');
  if (entries.length === trees && entries.every((entry) => /^\d+$/.test(entry))) return;
  throw badLine(`tree_sizes has ${entries.length} entries, the file has ${trees} trees`, sizes.line, path);
}

/** The text of a key. Throws 'model' where the block lacks it. */
export function textOfKey(block: TextBlock, key: string, path?: string): string {
  const found = block.values.get(key);
  if (found === undefined) throw badLine(`block has no ${quote(key)}`, block.line, path);
  return found.text;
}

/** A whole number of a key, within bounds. */
export function wholeOfKey(
  block: TextBlock,
  key: string,
  bounds: readonly [number, number],
  path?: string,
): number {
  return numbersOfKey(block, key, { count: 1, whole: true, bounds }, path)[0];
}

/** What the numbers of a key must be. */
export interface NumberRule {
  readonly count: number;
  readonly whole?: boolean;
  /** whether `inf` is a number: the threshold of a split by missing values alone, left of which all others are */
  readonly infinite?: boolean;
  /** least and most */
  readonly bounds?: readonly [number, number];
}

/** Numbers of a key, as many as there must be. NaN is refused, and so are infinities unless the rule takes them. */
export function numbersOfKey(block: TextBlock, key: string, rule: NumberRule, path?: string): Float64Array {
  const text = textOfKey(block, key, path);
  const { line } = block.values.get(key)!;
  const parts = text.split(' ').filter((part) => part !== '');
  if (parts.length !== rule.count) {
    throw badLine(`${key} has ${parts.length} values, expected ${rule.count}`, line, path);
  }
  const [least, most] = rule.bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return Float64Array.from(parts, (part) => {
    const isInfinite = rule.infinite === true && part === 'inf';
    const value = isInfinite ? Number.POSITIVE_INFINITY : Number(part);
    const fits = (isInfinite || Number.isFinite(value)) && value >= least && value <= most;
    if (fits && !(rule.whole && !Number.isInteger(value))) return value;
    const kind = rule.whole ? 'a whole number' : 'a finite number';
    const range = rule.bounds === undefined ? '' : ` from ${least} to ${most}`;
    throw badLine(`${key} has ${quote(part)}, expected ${kind}${range}`, line, path);
  });
}
