/** What the kernels of tree growing read: binned rows with their derivatives, and the order in which nodes hold them. */
export interface GrowingRows {
  /** [row of the table][column] */
  readonly codes: Uint8Array;
  /** columns per row of `codes` */
  readonly stride: number;
  /** row of the table at each training position */
  readonly rowOf: Int32Array;
  /** fixed-point derivatives [position] */
  readonly gradient: Int32Array;
  readonly hessian: Int32Array;
  /** positions of the tree's rows; every node holds a range of it, and splitting reorders the range */
  readonly order: Int32Array;
}
