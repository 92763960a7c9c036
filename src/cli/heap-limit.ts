import { getHeapStatistics } from 'node:v8';

/** What to do where the JavaScript heap is too small. */
export const HEAP_HINT = 'allow a larger heap, in MiB: NODE_OPTIONS=--max-old-space-size=4096';

const MIB = 2 ** 20;
const FLAG = /^--max[-_]old[-_]space[-_]size=(\d+)$/;

/** MiB that old objects may use: what the user has set, else V8's total, in which young ones have a small part. */
export function limitMib(): number {
  const words = [...(process.env.NODE_OPTIONS ?? '').split(/\s+/), ...process.execArgv];
  const set = words.map((word) => FLAG.exec(word)?.[1]).findLast((size) => size !== undefined);
  return set === undefined ? Math.round(getHeapStatistics().heap_size_limit / MIB) : Number(set);
}
