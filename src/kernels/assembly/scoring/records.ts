/**
 * Where the fields of the records lie, for the library to compare with what it writes (checkRecords of
 * src/kernels/records.ts): members of exported enums become globals named `record.field`. Every field is listed, and
 * `bytes` is the length of all. `place` holds what both sides take as given.
 */
import { Batch, Column, Job, PLANE, REACH, ROWS, Tree, WALK, WIDE, REACHING } from './layout';

export enum column {
  bytes = <i32>offsetof<Column>(),
  cuts = <i32>offsetof<Column>('cuts'),
  thresholds = <i32>offsetof<Column>('thresholds'),
  starts = <i32>offsetof<Column>('starts'),
  shift = <i32>offsetof<Column>('shift'),
  first = <i32>offsetof<Column>('first'),
  last = <i32>offsetof<Column>('last'),
  window = <i32>offsetof<Column>('window'),
  bits = <i32>offsetof<Column>('bits'),
  planes = <i32>offsetof<Column>('planes'),
  codes = <i32>offsetof<Column>('codes'),
}

export enum job {
  bytes = <i32>offsetof<Job>(),
  values = <i32>offsetof<Job>('values'),
  rows = <i32>offsetof<Job>('rows'),
  columns = <i32>offsetof<Job>('columns'),
  columnCount = <i32>offsetof<Job>('columnCount'),
  margins = <i32>offsetof<Job>('margins'),
  classes = <i32>offsetof<Job>('classes'),
  trees = <i32>offsetof<Job>('trees'),
  batches = <i32>offsetof<Job>('batches'),
  batchCount = <i32>offsetof<Job>('batchCount'),
  complete = <i32>offsetof<Job>('complete'),
  missing = <i32>offsetof<Job>('missing'),
  rightPlanes = <i32>offsetof<Job>('rightPlanes'),
}

export enum tree {
  bytes = <i32>offsetof<Tree>(),
  method = <i32>offsetof<Tree>('method'),
  nodes = <i32>offsetof<Tree>('nodes'),
  structure = <i32>offsetof<Tree>('structure'),
  leaves = <i32>offsetof<Tree>('leaves'),
  bits = <i32>offsetof<Tree>('bits'),
  splits = <i32>offsetof<Tree>('splits'),
}

export enum batch {
  bytes = <i32>offsetof<Batch>(),
  kind = <i32>offsetof<Batch>('kind'),
  classOf = <i32>offsetof<Batch>('classOf'),
  first = <i32>offsetof<Batch>('first'),
  count = <i32>offsetof<Batch>('count'),
  repeats = <i32>offsetof<Batch>('repeats'),
}

export enum place {
  rows = <i32>ROWS,
  plane = <i32>PLANE,
  reach = <i32>REACH,
  wide = <i32>WIDE,
  walk = <i32>WALK,
  reaching = <i32>REACHING,
}
