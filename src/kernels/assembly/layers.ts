/**
 * AssemblyScript, compiled to dist/kernels/layers.wasm: the parts of networks that the library lacks, forward and back
 * (see src/models/tfjs). Numbers are float32 where they are kept and float64 where they are computed, in the order and
 * with the roundings of the plain loops that test/oracles/layers.ts has: the same bytes, two numbers at a time.
 */
export { attentionScores, attentionSums, attentionBack } from './layers/graph-attention';
export { normalise, normaliseBack } from './layers/norm';
export { multiply, multiplyTransposed } from './layers/sparse';
