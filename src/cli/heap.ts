import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics } from 'node:v8';
import { EsciSelectError } from '../errors.js';
import { HEAP_HINT, limitMib } from './heap-limit.js';

const MIB = 2 ** 20;
/** What the commands need for the smallest data: with less, V8 aborts the process before it can say anything. */
const LEAST_HEAP_MIB = 96;
/** The share of the heap that may be in use after a full collection: beyond it V8 is about to abort the process. */
const FULL = 0.9;
/** Spaces for young objects: part of V8's total, not of what `--max-old-space-size` bounds. */
const YOUNG = /^new_|^read_only/;

/**
 * Ends the process by `fail` where the JavaScript heap is used up, instead of V8's abort. It is looked at after every full
 * collection, when the event loop turns: a single long computation that fills it is for `supervise`.
 */
export function watchHeap(fail: (error: EsciSelectError) => never): void {
  const observer = new PerformanceObserver((list) => {
    const full = list.getEntries().some(isFullCollection);
    if (full && oldBytes() > FULL * limitMib() * MIB) fail(usedUp());
  });
  observer.observe({ entryTypes: ['gc'] });
}

/** Throws 'io' where Node.js may use so small a heap that no command can end. */
export function checkHeap(): void {
  const limit = limitMib();
  if (limit >= LEAST_HEAP_MIB) return;
  const message = `the JavaScript heap is limited to ${limit} MiB, and at least ${LEAST_HEAP_MIB} are needed`;
  throw new EsciSelectError('io', message, { hint: HEAP_HINT });
}

function usedUp(): EsciSelectError {
  const message = `the JavaScript heap of ${limitMib()} MiB is used up`;
  return new EsciSelectError('io', message, { hint: HEAP_HINT });
}

function isFullCollection(entry: object): boolean {
  return (entry as { detail?: { kind?: number } }).detail?.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}

/** Bytes in use by old objects. */
function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => !YOUNG.test(space_name))
    .reduce((total, { space_used_size }) => total + space_used_size, 0);
}
