/** What the kernels of pools read and write; addresses in bytes. src/ensemble/pool/pool-memory.ts writes it. */
@unmanaged
export class Pool {
  /** what all rows of the problem count together */
  total: f64;
  /** rows of the block */
  rows: u32;
  models: u32;
  classes: u32;
  /** float64 of a row of what is padded: models, rounded up to four */
  width: u32;
  /** of the block: f32 [row][class][model] what each model says; f64 [row] how much a row counts; u32 [row] its class */
  evidence: u32;
  weights: u32;
  labels: u32;
  /** f64 [model] weights, then [class] biases */
  at: u32;
  /** scratch: f64 [row][class] margins, which become probabilities of the classes */
  shares: u32;
  /** sums that a block is added to: f64 [model or class]; [model][width], the lower triangle of it; [class][width]; [class][class] */
  gradient: u32;
  curvature: u32;
  mixed: u32;
  biases: u32;
  /** scratch: f64 [width], and [row of a few][class][width] twice, of so many rows */
  mean: u32;
  centred: u32;
  parts: u32;
  few: u32;
}
