import { InvalidArgumentError } from 'commander';
import { memoryLimitProblem, parseByteSize } from '../pipeline/for-terminal.js';

/** A whole number of at least `least`, for commander's option parsers. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A decimal number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('expected a number above 0.');
  }
  return value;
}

/** A size of memory, such as 2GB. */
export function memorySize(text: string): string {
  const problem = memoryLimitProblem(text);
  if (problem !== null) throw new InvalidArgumentError(`${problem}.`);
  return text.trim();
}

/** A size such as 512MB or 2GiB in bytes; `none` is no limit. */
export function sizeLimit(text: string): number {
  if (text.trim().toLowerCase() === 'none') return Number.POSITIVE_INFINITY;
  const bytes = parseByteSize(text);
  if (bytes === null) throw new InvalidArgumentError('expected a size such as 512MB or 2GiB, or none.');
  return bytes;
}

/** Names separated by commas. */
export function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

/** Adds every use of a repeatable `from=to,...` option to a map. */
export function pairs(text: string, before: ReadonlyMap<string, string> | undefined): Map<string, string> {
  const all = new Map(before);
  for (const pair of names(text)) {
    const at = pair.indexOf('=');
    if (at < 1) throw new InvalidArgumentError('expected name=value.');
    all.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return all;
}

/** Collects every use of a repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
