import { blocking } from '../io/blocking.js';

/** How many items are read beside the one that is due: more hide little more waiting, and take more memory. */
const AHEAD = 1;

/** How items are read, one after the other, and taken in. */
export interface ReadAhead<Item, Read> {
  readonly read: (item: Item) => Promise<Read>;
  /** whether reading an item is work of other threads than this one; others are read when it is their turn */
  readonly elsewhere: (item: Item) => boolean;
  /** work of this thread alone, during which others go on reading the next items */
  readonly take: (item: Item, read: Read, at: number) => void;
}

/**
 * Reads items and takes them in, in their order; while one is taken in, the next are read as far as other threads do that. Of
 * several that fail the first one is told of. What was read is not kept longer than until it is taken in.
 */
export async function readAhead<Item, Read>(
  items: readonly Item[],
  { read, elsewhere, take }: ReadAhead<Item, Read>,
): Promise<void> {
  const begun = new Map<number, Promise<Read>>();
  const begin = (at: number) => {
    const reading = begun.get(at) ?? read(items[at]);
    reading.catch(() => {}); // whoever awaits it hears of its failure
    begun.set(at, reading);
    return reading;
  };
  const beginFollowing = (at: number) => {
    const end = Math.min(items.length, at + 1 + AHEAD);
    for (let next = at + 1; next < end && elsewhere(items[next]); next++) begin(next);
  };
  const takeIn = async (at: number) => {
    const reading = begin(at);
    beginFollowing(at);
    const done = await reading;
    begun.delete(at);
    await blocking(() => take(items[at], done, at));
  };
  try {
    for (let at = 0; at < items.length; at++) await takeIn(at);
  } finally {
    await Promise.allSettled(begun.values()); // nothing goes on behind the caller's back
  }
}
