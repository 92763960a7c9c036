import type { ByteSource } from '../bytes.js';
import type { TableFormat } from '../table.js';
import { utf8Chunks } from './utf8-chunks.js';

/** Separators that exports use. */
const SEPARATORS = [',', ';', '\t', '|'];
/** Records at the head of a file that must be split alike. */
const RECORDS = 6;
/** Excel's first line `sep=;`, which names the separator and is no row. */
const DECLARATION = /^(?:\ufeff)?"?sep=(.)"?\r?$/i;

/** How a CSV file separates its fields. */
export interface Separation {
  readonly delimiter: string;
  /** the first line says so and is no row */
  readonly declaredInFile: boolean;
}

/**
 * The field separator of one file: what its own `sep=` line says; the declared one where the header holds it; else the
 * separator that splits the header and the first rows alike, the format's own before others.
 */
export async function separationOf(
  source: ByteSource,
  format: TableFormat,
  declared: string | undefined,
): Promise<Separation> {
  const head = await headOf(source);
  const firstLine = /^[^\n]*/.exec(head)?.[0] ?? '';
  const inFile = DECLARATION.exec(firstLine)?.[1];
  if (inFile !== undefined) return { delimiter: inFile, declaredInFile: true };
  const own = format === 'tsv' ? '\t' : ',';
  if (declared !== undefined && countIn(firstLine, declared) > 0) {
    return { delimiter: declared, declaredInFile: false };
  }
  const found = [own, ...SEPARATORS.filter((separator) => separator !== own)].filter(
    (separator) => countIn(firstLine, separator) > 0,
  );
  const delimiter = found.find((separator) => splitsAlike(head, separator)) ?? found[0] ?? declared ?? own;
  return { delimiter, declaredInFile: false };
}

/** The text of the first chunk. */
async function headOf(source: ByteSource): Promise<string> {
  for await (const chunk of utf8Chunks(source)) return chunk.subarray(0, 1 << 16).toString('utf8');
  return '';
}

/** Separators outside quotes. */
function countIn(line: string, separator: string): number {
  let count = 0;
  let quoted = false;
  for (const character of line) {
    if (character === '"') quoted = !quoted;
    else if (character === separator && !quoted) count++;
  }
  return count;
}

/** Whether the first records, line breaks inside quotes aside, have as many fields as the header. */
function splitsAlike(head: string, separator: string): boolean {
  const counts: number[] = [0];
  let quoted = false;
  for (const character of head) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === separator) counts[counts.length - 1]++;
    else if (character === '\n' && counts.push(0) > RECORDS) break;
  }
  const whole = counts.slice(0, -1); // the last may be cut off, or empty behind the final line end
  return whole.length < 2 || whole.every((count) => count === whole[0]);
}
