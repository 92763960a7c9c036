import { layOutRecord } from '../../kernels/records.js';

/** Records of the scoring kernels (src/kernels/assembly/scoring/layout.ts), compared with theirs before the first use. */
export const SCORING_RECORDS = {
  column: layOutRecord({
    cuts: 'u32',
    thresholds: 'u32',
    starts: 'u32',
    shift: 'u32',
    first: 'i32',
    last: 'i32',
    window: 'u32',
    bits: 'u32',
    planes: 'u32',
    codes: 'u32',
  }),
  job: layOutRecord({
    values: 'u32',
    rows: 'u32',
    columns: 'u32',
    columnCount: 'u32',
    margins: 'u32',
    classes: 'u32',
    trees: 'u32',
    batches: 'u32',
    batchCount: 'u32',
    complete: 'u32',
    missing: 'u32',
    rightPlanes: 'u32',
  }),
  tree: layOutRecord({
    method: 'u32',
    nodes: 'u32',
    structure: 'u32',
    leaves: 'u32',
    bits: 'u32',
    splits: 'u32',
  }),
  batch: layOutRecord({
    kind: 'u32',
    classOf: 'u32',
    first: 'u32',
    count: 'u32',
    repeats: 'u32',
  }),
} as const;

/** What the kernels and the library both take as given. */
export const SCORING_PLACES = {
  /** rows scored together: as many as a plane has bits */
  rows: 512,
  /** bytes of a plane */
  plane: 64,
  /** planes of the rows that reach a node: the kernel's own fixed places end behind them */
  reach: 43_008,
  /** kinds of batches, besides narrow, which is 0, and methods of trees beyond the depths of selection */
  wide: 1,
  walk: 2,
  reaching: 8,
} as const;
