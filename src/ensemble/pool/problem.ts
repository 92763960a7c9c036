/** A multinomial logit whose weights are shared by the classes, over weighted rows. Plain data. */
export interface PoolProblem {
  /** rows, [row][class][model] what each model says */
  readonly evidence: Float32Array;
  /** [row] */
  readonly labels: Int16Array;
  /** [row] how often it counts; they add up to `total` */
  readonly weights: Float64Array;
  readonly total: number;
  readonly models: number;
  readonly classes: number;
  /** half of this times the squared weights is added to the mean log-loss */
  readonly ridge: number;
  /** the same of the biases' distance from `biasTargets` [class] */
  readonly biasRidge: number;
  readonly biasTargets: Float64Array;
}
