import { MessageChannel } from 'node:worker_threads';

/** Fewer bytes are left to the garbage collector. */
const LEAST_BYTES = 2 ** 20;

/**
 * Frees the memory of arrays that nobody reads any more, which are empty from then on; memory that threads share, and what is
 * small, is left alone. Garbage of many megabytes makes V8 look through all there is, again and again (every 64 MiB), and
 * stays until it has: of large tables that is seconds, and gigabytes.
 */
export function release(arrays: Iterable<ArrayBufferView>): void {
  const buffers = new Set<ArrayBuffer>();
  for (const { buffer } of arrays) {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= LEAST_BYTES) buffers.add(buffer);
  }
  if (buffers.size === 0) return;
  // what was sent to a port goes with it when it closes, which is in the next turn of the event loop
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(null, [...buffers]);
  port2.close();
}
