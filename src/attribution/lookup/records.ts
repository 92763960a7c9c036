import { layOutRecord } from '../../kernels/records.js';

/** Records of the attribution kernels (src/kernels/assembly/attribution), compared with theirs before the first use. */
export const LOOKUP_RECORDS = {
  job: layOutRecord({
    codes: 'u32',
    rows: 'u32',
    program: 'u32',
    units: 'u32',
    paired: 'u32',
    states: 'u32',
    found: 'u32',
    vectors: 'u32',
    tables: 'u32',
    sums: 'u32',
    width: 'u32',
    blockBytes: 'u32',
    rowBytes: 'u32',
    factors: 'u32',
    joints: 'u32',
    jointsEnd: 'u32',
    products: 'u32',
    quads: 'u32',
    places: 'u32',
    spare: 'u32',
  }),
  coding: layOutRecord({
    values: 'u32',
    step: 'u32',
    rows: 'u32',
    cuts: 'u32',
    count: 'u32',
    size: 'u32',
    right: 'u32',
    left: 'u32',
    missing: 'u32',
  }),
  gathering: layOutRecord({
    totals: 'u32',
    classBytes: 'u32',
    playerBytes: 'u32',
    rowBytes: 'u32',
    classes: 'u32',
    players: 'u32',
    rows: 'u32',
    to: 'u32',
  }),
} as const;

/** What the kernels and the library both take as given. */
export const LOOKUP_PLACES = {
  /** rows of a pass */
  lanes: 64,
  /** passes of a tree's rows in turn */
  passes: 4,
} as const;

/** Rows of a block, of whose passes a unit's table is read in turn; sums that are not dense lie block by block. */
export const BLOCK_ROWS = LOOKUP_PLACES.lanes * LOOKUP_PLACES.passes;
