const STRIPE_BYTES = 32;
const MASK = 0xffff_ffff_ffff_ffffn;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

/**
 * XXH64 with seed 0 over chunks of bytes, for zstd's content checksum. The stripes, which are nearly all of the work, run on
 * pairs of 32-bit halves: bigint would be some twenty times slower.
 */
export class XxHash64 {
  /** four lanes as low and high halves */
  readonly #lanes = new Int32Array(8);
  #rest = Buffer.alloc(0);
  #total = 0;

  constructor() {
    for (const [lane, value] of [P1 + P2, P2, 0n, -P1].entries()) {
      this.#lanes[2 * lane] = Number(BigInt.asIntN(32, value));
      this.#lanes[2 * lane + 1] = Number(BigInt.asIntN(32, value >> 32n));
    }
  }

  update(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const given = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#rest.length === 0 ? given : Buffer.concat([this.#rest, given]);
    const whole = bytes.length - (bytes.length % STRIPE_BYTES);
    stripes(this.#lanes, bytes, whole);
    this.#rest = Buffer.from(bytes.subarray(whole));
  }

  /** The hash as an unsigned 64-bit integer. */
  digest(): bigint {
    const lanes = [0, 1, 2, 3].map((lane) => {
      const high = BigInt(this.#lanes[2 * lane + 1] >>> 0);
      return (high << 32n) | BigInt(this.#lanes[2 * lane] >>> 0);
    });
    let hash = P5;
    if (this.#total >= STRIPE_BYTES) {
      hash =
        (rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n)) & MASK;
      for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * P1 + P4) & MASK;
    }
    hash = (hash + BigInt(this.#total)) & MASK;
    return avalanche(tail(hash, this.#rest));
  }
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}

function round(accumulator: bigint, input: bigint): bigint {
  return (rotate((accumulator + input * P2) & MASK, 31n) * P1) & MASK;
}

function tail(start: bigint, rest: Buffer): bigint {
  let hash = start;
  let at = 0;
  for (; at + 8 <= rest.length; at += 8) {
    hash = (rotate(hash ^ round(0n, rest.readBigUInt64LE(at)), 27n) * P1 + P4) & MASK;
  }
  if (at + 4 <= rest.length) {
    hash = (rotate(hash ^ ((BigInt(rest.readUInt32LE(at)) * P1) & MASK), 23n) * P2 + P3) & MASK;
    at += 4;
  }
  for (; at < rest.length; at++) hash = (rotate(hash ^ ((BigInt(rest[at]) * P5) & MASK), 11n) * P1) & MASK;
  return hash;
}

function avalanche(start: bigint): bigint {
  let hash = start;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

const P1_LOW = Number(BigInt.asIntN(32, P1));
const P1_HIGH = Number(BigInt.asIntN(32, P1 >> 32n));
const P2_LOW = Number(BigInt.asIntN(32, P2));
const P2_HIGH = Number(BigInt.asIntN(32, P2 >> 32n));

/** lane = rotate(lane + input * P2, 31) * P1, for each of the four lanes of each stripe of bytes [0, end). */
function stripes(lanes: Int32Array, bytes: Buffer, end: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < end; at += 8) {
    const lane = (at >> 2) & 6;
    const inputLow = view.getInt32(at, true);
    const productLow = Math.imul(inputLow, P2_LOW);
    const productHigh =
      (highOfProduct(inputLow, P2_LOW) +
        Math.imul(inputLow, P2_HIGH) +
        Math.imul(view.getInt32(at + 4, true), P2_LOW)) |
      0;
    const low = (lanes[lane] + productLow) | 0;
    const carry = low >>> 0 < productLow >>> 0 ? 1 : 0;
    const high = (lanes[lane + 1] + productHigh + carry) | 0;
    const turnedLow = (low << 31) | (high >>> 1);
    const turnedHigh = (high << 31) | (low >>> 1);
    lanes[lane] = Math.imul(turnedLow, P1_LOW);
    lanes[lane + 1] =
      (highOfProduct(turnedLow, P1_LOW) + Math.imul(turnedLow, P1_HIGH) + Math.imul(turnedHigh, P1_LOW)) | 0;
  }
}

/** The high 32 bits of the unsigned product of two 32-bit numbers. */
function highOfProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65_536) + Math.floor(cross / 65_536)) | 0;
}
