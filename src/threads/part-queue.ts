import { setImmediate as nextTurn } from 'node:timers/promises';
import { sharedWords } from './shared.js';

/**
 * Parts of a piece of work that threads take one after the other, so that what all parts need is sent to each thread once
 * and all threads end together. In shared memory.
 */
export interface PartQueue {
  readonly count: number;
  /** [1] the next part that nobody has taken */
  readonly next: Int32Array;
  /** [part] 1 where it is done */
  readonly done: Int32Array;
}

/** A queue of parts that nobody has taken. */
export function partQueue(count: number): PartQueue {
  return { count, next: sharedWords(1), done: sharedWords(count) };
}

/** Takes parts until none is left. Between two the event loop turns, so that others are heard. */
export async function takeParts(queue: PartQueue, work: (part: number) => void): Promise<void> {
  for (;;) {
    const part = Atomics.add(queue.next, 0, 1);
    if (part >= queue.count) return;
    work(part);
    Atomics.store(queue.done, part, 1);
    await nextTurn();
  }
}

/** Nobody finds another part from now on: whoever still works, because all was called off, ends. */
export function closeQueue({ count, next }: PartQueue): void {
  Atomics.store(next, 0, count);
}

/** Does the parts that nobody has done: those that a thread had taken that died. */
export function doLeft({ count, done }: PartQueue, work: (part: number) => void): void {
  for (let part = 0; part < count; part++) {
    if (done[part] === 1) continue;
    work(part);
    done[part] = 1;
  }
}
