import { EsciSelectError } from '../../errors.js';

/** What is kept of a text: its vector, and those of its tokens. */
export interface Embedding {
  /** as the model gave it */
  readonly pooled: Float32Array;
  /** of the text's own tokens, each of length 1, as multiples of 1/32767; [token][dimension] */
  readonly tokens: Int16Array;
}

/** What a query and a product have to do with each other, as their vectors say. */
export const INTERACTION = [
  'cosine of the texts',
  'query tokens, mean of their best cosine in the product',
  'query tokens, least best cosine',
  'query tokens, median best cosine',
  'query tokens, share with a best cosine of 0.8',
  'product tokens, mean of their best cosine in the query',
  'product tokens, least best cosine',
  'product tokens, median best cosine',
  'product tokens, share with a best cosine of 0.5',
  'query tokens, second least best cosine',
  'query tokens',
  'product tokens',
] as const;

const SCALE = 32767;
/** Query tokens that the product has, in other words at most; product tokens that have to do with the query. */
const [SAME, RELATED] = [0.8, 0.5];

/**
 * An embedding of a text from the states of its tokens. Vectors of tokens are cut to 16 bits: half the room, and their
 * products are sums of whole numbers, exact in any order. O(tokens dimensions).
 *
 * @param states [token][dimension], the tokenizer's own tokens among them
 * @param own where the text's own tokens are
 */
export function embeddingOf(
  states: Float32Array,
  dimensions: number,
  own: { readonly start: number; readonly end: number; readonly pooling: 'mean' | 'cls' },
): Embedding {
  const count = states.length / dimensions;
  const pooled = new Float32Array(dimensions);
  for (let d = 0; d < dimensions; d++) {
    let sum = 0;
    for (let token = 0; token < count; token++) sum += states[token * dimensions + d];
    pooled[d] = own.pooling === 'cls' ? states[d] : sum / count;
  }
  const tokens = new Int16Array((own.end - own.start) * dimensions);
  for (let token = own.start; token < own.end; token++) {
    const state = states.subarray(token * dimensions, (token + 1) * dimensions);
    const length = Math.sqrt(dot(state, state)) || 1;
    const to = (token - own.start) * dimensions;
    for (let d = 0; d < dimensions; d++) tokens[to + d] = Math.round((state[d] / length) * SCALE);
  }
  return { pooled, tokens };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/**
 * The numbers of INTERACTION for a query and a product, written from `to` on. Numbers of tokens that a side does not
 * have are NaN, but the first never is. O(query tokens x product tokens x dimensions).
 */
export function interact(query: Embedding, product: Embedding, into: Float32Array, to: number): void {
  const lengths = Math.sqrt(dot(query.pooled, query.pooled) * dot(product.pooled, product.pooled));
  into[to] = lengths === 0 ? 0 : dot(query.pooled, product.pooled) / lengths;
  const { ofQuery, ofProduct } = bestCosines(query, product);
  const [q, p] = [ofQuery.sort(), ofProduct.sort()];
  into[to + 1] = mean(q);
  into[to + 2] = q.length === 0 ? Number.NaN : q[0];
  into[to + 3] = median(q);
  into[to + 4] = shareFrom(q, SAME);
  into[to + 5] = mean(p);
  into[to + 6] = p.length === 0 ? Number.NaN : p[0];
  into[to + 7] = median(p);
  into[to + 8] = shareFrom(p, RELATED);
  into[to + 9] = q.length < 2 ? Number.NaN : q[1];
  into[to + 10] = query.tokens.length / query.pooled.length;
  into[to + 11] = product.tokens.length / product.pooled.length;
}

/** Each token's largest cosine with a token of the other side; none where the other side has no token. */
function bestCosines(
  query: Embedding,
  product: Embedding,
): { ofQuery: Float64Array; ofProduct: Float64Array } {
  const size = query.pooled.length;
  const [queries, products] = [query.tokens.length / size, product.tokens.length / size];
  if (queries === 0 || products === 0)
    return { ofQuery: new Float64Array(0), ofProduct: new Float64Array(0) };
  const ofQuery = new Float64Array(queries).fill(-1);
  const ofProduct = new Float64Array(products).fill(-1);
  for (let a = 0; a < queries; a++) {
    const row = query.tokens.subarray(a * size, (a + 1) * size);
    for (let b = 0; b < products; b++) {
      const from = b * size;
      let sum = 0;
      for (let d = 0; d < size; d++) sum += row[d] * product.tokens[from + d];
      const cosine = sum / (SCALE * SCALE);
      if (cosine > ofQuery[a]) ofQuery[a] = cosine;
      if (cosine > ofProduct[b]) ofProduct[b] = cosine;
    }
  }
  return { ofQuery, ofProduct };
}

function mean(sorted: Float64Array): number {
  let sum = 0;
  for (const value of sorted) sum += value;
  return sum / sorted.length;
}

function median(sorted: Float64Array): number {
  if (sorted.length === 0) return Number.NaN;
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function shareFrom(sorted: Float64Array, least: number): number {
  return sorted.filter((value) => value >= least).length / sorted.length;
}

/** An embedding as bytes: dimensions, pooled vector, tokens; little-endian. */
export function packEmbedding({ pooled, tokens }: Embedding): Uint8Array {
  const bytes = new Uint8Array(4 + pooled.byteLength + tokens.byteLength);
  new DataView(bytes.buffer).setUint32(0, pooled.length, true);
  bytes.set(new Uint8Array(pooled.buffer, pooled.byteOffset, pooled.byteLength), 4);
  bytes.set(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength), 4 + pooled.byteLength);
  return bytes;
}

/** Reads what packEmbedding wrote. */
export function unpackEmbedding(bytes: Uint8Array): Embedding {
  const { buffer } = Uint8Array.from(bytes);
  const size = new DataView(buffer).getUint32(0, true);
  const start = 4 + 4 * size;
  if (start > buffer.byteLength || (buffer.byteLength - start) % (2 * size) !== 0) {
    throw new EsciSelectError('internal', `embedding of ${size} dimensions has ${buffer.byteLength} bytes`);
  }
  return { pooled: new Float32Array(buffer, 4, size), tokens: new Int16Array(buffer, start) };
}
