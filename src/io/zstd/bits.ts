/**
 * A bit stream that Zstandard writes forwards and reads backwards (RFC 8878 section 4.1): from the last byte, whose highest
 * set bit marks the end, to the first. Bits before the first are zero; `left` is then negative.
 */
export class ReverseBits {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  /** bits not yet read; below zero once more were read than there are */
  left: number;

  /** Bits of bytes [start, end). Throws if the end mark is missing. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    if (end <= start || bytes[end - 1] === 0) throw new Error('a bit stream has no end mark');
    this.#bytes = bytes;
    this.#start = start;
    this.left = (end - start) * 8 - (Math.clz32(bytes[end - 1]) - 24) - 1;
  }

  /** The next `count` <= 24 bits as an unsigned number, not consumed. */
  peek(count: number): number {
    const from = this.left - count;
    if (from < 0) return this.left <= 0 ? 0 : (this.#window(0) & ((1 << this.left) - 1)) << -from;
    return this.#window(from) & ((1 << count) - 1);
  }

  /** The next `count` <= 32 bits as an unsigned number. */
  read(count: number): number {
    if (count > 16) {
      const high = this.read(count - 16);
      return high * 65_536 + this.read(16);
    }
    const value = this.peek(count);
    this.left -= count;
    return value;
  }

  /** At least 25 bits from bit `from` upwards. */
  #window(from: number): number {
    const bytes = this.#bytes;
    const at = this.#start + (from >> 3);
    return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> (from & 7);
  }
}

/** A finite state entropy decoding table of 2^log states. */
export interface FseTable {
  log: number;
  symbols: Uint8Array;
  /** bits to read for the next state, and the number that they are added to */
  bits: Uint8Array;
  bases: Uint16Array;
}

/** The decoding table of a distribution: counts per symbol that sum to 2^log, -1 for "less than one" (section 4.1.1). */
export function fseTable(counts: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log;
  const table = {
    log,
    symbols: new Uint8Array(size),
    bits: new Uint8Array(size),
    bases: new Uint16Array(size),
  };
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    next[symbol] = Math.abs(counts[symbol]);
    if (counts[symbol] === -1) table.symbols[high--] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let position = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let i = 0; i < counts[symbol]; i++) {
      table.symbols[position] = symbol;
      do position = (position + step) & (size - 1);
      while (position > high);
    }
  }
  for (let state = 0; state < size; state++) {
    const rank = next[table.symbols[state]]++;
    table.bits[state] = log - (31 - Math.clz32(rank));
    table.bases[state] = (rank << table.bits[state]) - size;
  }
  return table;
}

/** A table of one state that always yields `symbol`. */
export function constantTable(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) };
}

/** Reads a distribution at `start` and builds its table; also where the bytes after it begin. */
export function readFseTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: { maxLog: number; maxSymbol: number },
): [table: FseTable, next: number] {
  let bit = 0;
  const peek = (count: number) => {
    const at = start + (bit >> 3);
    const window = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) >>> (bit & 7);
    return window & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  bit = 4;
  if (log > limits.maxLog) throw new Error('an entropy table is too large');
  const counts: number[] = [];
  let remaining = (1 << log) + 1;
  let threshold = 1 << log;
  let width = log + 1;
  while (remaining > 1 && counts.length <= limits.maxSymbol) {
    const max = 2 * threshold - 1 - remaining;
    let value = peek(width - 1);
    if (value < max) bit += width - 1;
    else {
      value = peek(width);
      bit += width;
      if (value >= threshold) value -= max;
    }
    const count = value - 1;
    counts.push(count);
    remaining -= Math.abs(count);
    for (let more = count === 0; more; ) {
      const zeros = peek(2);
      bit += 2;
      for (let i = 0; i < zeros; i++) counts.push(0);
      more = zeros === 3 && counts.length <= limits.maxSymbol;
    }
    while (remaining < threshold && width > 1) {
      width--;
      threshold >>= 1;
    }
  }
  const next = start + ((bit + 7) >> 3);
  if (remaining !== 1 || counts.length > limits.maxSymbol + 1 || next > end) {
    throw new Error('an entropy table is malformed');
  }
  return [fseTable(counts, log), next];
}
