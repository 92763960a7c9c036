import * as tf from '@tensorflow/tfjs-core';
import { type Kernels, loadKernels } from '../../kernels/wasm.js';

/** Sequences of different lengths, one after the other without padding: sequence s is tokens offsets[s] until offsets[s + 1]. */
export interface AttentionShape {
  readonly offsets: Int32Array;
  readonly heads: number;
  /** width of the model; each head has its share of it, a multiple of 4 */
  readonly width: number;
}

/**
 * Scaled dot-product self-attention with several heads (Vaswani and others 2017, arXiv 1706.03762, section 3.2) within
 * each sequence: qkv [token][3 x width] holds queries, keys and values; the result is [token][width], the heads side by
 * side. Our own WebAssembly kernels (src/kernels/assembly/attention.ts), forward and back, without padding: the
 * backend's batched products take a slow path. O(sum of squared lengths x width).
 */
export function selfAttention(qkv: tf.Tensor2D, shape: AttentionShape): tf.Tensor2D {
  const operation = tf.customGrad((input, save) => {
    const x = input as tf.Tensor2D;
    (save as tf.GradSaveFunc)([x]);
    const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
      const gradient = attendBack(saved.dataSync() as Float32Array, dy.dataSync() as Float32Array, shape);
      return tf.tensor2d(gradient, x.shape);
    };
    return {
      value: tf.tensor2d(attend(x.dataSync() as Float32Array, shape), [x.shape[0], shape.width]),
      gradFunc,
    };
  });
  return operation(qkv) as tf.Tensor2D;
}

/** [token][width] from [token][3 x width], one sequence at a time. */
function attend(qkv: Float32Array, { offsets, heads, width }: AttentionShape): Float32Array {
  const output = new Float32Array(qkv.length / 3);
  const memory = memoryFor(longest(offsets), width);
  forEachSequence(offsets, (start, tokens) => {
    memory.qkv.set(qkv.subarray(start * 3 * width, (start + tokens) * 3 * width));
    const out = memory.narrow.subarray(0, tokens * width).fill(0);
    memory.functions.attend(
      tokens,
      heads,
      width / heads,
      memory.qkv.byteOffset,
      out.byteOffset,
      memory.scratch,
    );
    output.set(out, start * width);
  });
  return output;
}

/** The gradient with respect to qkv, [token][3 x width], of an output gradient [token][width]. */
function attendBack(
  qkv: Float32Array,
  dy: Float32Array,
  { offsets, heads, width }: AttentionShape,
): Float32Array {
  const gradient = new Float32Array(qkv.length);
  const memory = memoryFor(longest(offsets), width);
  forEachSequence(offsets, (start, tokens) => {
    memory.qkv.set(qkv.subarray(start * 3 * width, (start + tokens) * 3 * width));
    memory.narrow.set(dy.subarray(start * width, (start + tokens) * width));
    const out = memory.gradient.subarray(0, tokens * 3 * width).fill(0);
    const addresses = [
      memory.qkv.byteOffset,
      memory.narrow.byteOffset,
      out.byteOffset,
      memory.scratch,
    ] as const;
    memory.functions.attendBack(tokens, heads, width / heads, ...addresses);
    gradient.set(out, start * 3 * width);
  });
  return gradient;
}

function forEachSequence(offsets: Int32Array, visit: (start: number, tokens: number) => void): void {
  for (let s = 0; s + 1 < offsets.length; s++) {
    if (offsets[s + 1] > offsets[s]) visit(offsets[s], offsets[s + 1] - offsets[s]);
  }
}

function longest(offsets: Int32Array): number {
  let most = 0;
  for (let s = 0; s + 1 < offsets.length; s++) most = Math.max(most, offsets[s + 1] - offsets[s]);
  return most;
}

/** The kernels' functions; see src/kernels/assembly/attention.ts. */
interface AttentionKernels {
  attend(tokens: number, heads: number, side: number, qkv: number, output: number, scratch: number): void;
  attendBack(
    tokens: number,
    heads: number,
    side: number,
    qkv: number,
    dy: number,
    gradient: number,
    scratch: number,
  ): void;
}

/** The kernels' memory with room for one sequence. */
interface AttentionMemory {
  readonly functions: AttentionKernels;
  readonly tokens: number;
  readonly width: number;
  readonly qkv: Float32Array;
  readonly gradient: Float32Array;
  /** an output or its gradient */
  readonly narrow: Float32Array;
  readonly scratch: number;
}

let ready: AttentionMemory | null = null;

/** This thread's kernels; replaced where a longer or wider sequence comes. */
function memoryFor(tokens: number, width: number): AttentionMemory {
  if (ready !== null && ready.width === width && ready.tokens >= tokens) return ready;
  const room = (Math.max(tokens, ready?.tokens ?? 0, 64) + 3) & ~3;
  const wide = room * 3 * width;
  const scratchFloats = 2 * room * width + 2 * room;
  const start = 1024; // the stub runtime's statics lie before
  const kernels: Kernels<AttentionKernels> = loadKernels(
    'attention',
    start + 4 * (2 * wide + room * width + scratchFloats),
  );
  const floats = (from: number, count: number) => new Float32Array(kernels.buffer, from, count);
  const gradientStart = start + 4 * wide;
  const narrowStart = gradientStart + 4 * wide;
  ready = {
    functions: kernels.functions,
    tokens: room,
    width,
    qkv: floats(start, wide),
    gradient: floats(gradientStart, wide),
    narrow: floats(narrowStart, room * width),
    scratch: narrowStart + 4 * room * width,
  };
  return ready;
}
