import { borrowKernels } from '../../kernels/wasm.js';

/**
 * The functions of src/kernels/assembly/layers.ts, which says what their arguments are: counts, then addresses. They work
 * in the order and with the roundings of plain loops over float32 (test/oracles/layers.ts).
 */
type LayerKernels = Readonly<
  Record<
    | 'multiply'
    | 'multiplyTransposed'
    | 'normalise'
    | 'normaliseBack'
    | 'attentionScores'
    | 'attentionSums'
    | 'attentionBack',
    (...numbers: number[]) => void
  >
>;

/** The kernels' memory while an operation uses it, given out piece by piece. */
export interface LayerMemory {
  readonly functions: LayerKernels;
  /** copies numbers in and gives their address */
  put(values: Float32Array | Int32Array): number;
  /** the address of so many float32, set to 0 */
  zeros(count: number): number;
  /** the address of room for so many float32, whatever they are */
  room(count: number): number;
  /** the numbers at an address as they stand there, until the next operation */
  floats(address: number, count: number): Float32Array;
  doubles(address: number, count: number): Float64Array;
}

/** The stub runtime's statics lie before. */
const START = 1024;
/** Pieces begin at multiples of a vector's bytes. */
const ALIGNED = 16;

/**
 * The kernels with memory for pieces of the lengths given, in float32 (a float64 counts as two). It is the thread's own and
 * used again by the next operation: what is to be kept is copied out.
 */
export function layerMemory(lengths: readonly number[]): LayerMemory {
  const needed = lengths.reduce((sum, length) => sum + 4 * length + ALIGNED, START);
  // whole powers of two, so that batches of other sizes rarely need another memory
  const { functions, buffer } = borrowKernels<LayerKernels>('layers', 2 ** Math.ceil(Math.log2(needed)));
  let next = START;
  const room = (count: number) => {
    const address = next;
    next += ALIGNED * Math.ceil((4 * count) / ALIGNED);
    return address;
  };
  return {
    functions,
    room,
    put(values) {
      const address = room(values.length);
      if (values instanceof Int32Array) new Int32Array(buffer, address, values.length).set(values);
      else new Float32Array(buffer, address, values.length).set(values);
      return address;
    },
    zeros(count) {
      const address = room(count);
      new Float32Array(buffer, address, count).fill(0);
      return address;
    },
    floats: (address, count) => new Float32Array(buffer, address, count),
    doubles: (address, count) => new Float64Array(buffer, address, count),
  };
}
