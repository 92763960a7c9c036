/** What the kernels of tree growing read: binned rows with their derivatives, and the order in which nodes hold them. */
export interface GrowingRows {
  /** [row][column] */
  readonly codes: Uint8Array;
  /** columns per row of `codes` */
  readonly stride: number;
  /** fixed-point derivatives [row] */
  readonly gradient: Int32Array;
  readonly hessian: Int32Array;
  /** rows of the tree; every node holds a range of it, and splitting reorders the range */
  readonly order: Int32Array;
}
