import { createHash } from 'node:crypto';

/** Random numbers of a seed and a label, the same on every machine: SHA-256 in counter mode. */
export function randomOf(seed, label) {
  let counter = 0;
  let block = Buffer.alloc(0);
  const next = () => {
    if (block.length < 4) block = createHash('sha256').update(`${seed}:${label}:${counter++}`).digest();
    const value = block.readUInt32LE(0);
    block = block.subarray(4);
    return value;
  };
  const below = (end) => (end <= 1 ? 0 : next() % end);
  return {
    below,
    pick: (list) => list[below(list.length)],
    bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))),
  };
}
