/**
 * Where the fields of the records lie, for the library to compare with what it writes (checkRecords of
 * src/kernels/records.ts): members of exported enums become globals named `record.field`. Every field is listed, and
 * `bytes` is the length of all. `place` holds what both sides take as given.
 */
import { Coding } from './coding';
import { Job, LANES, PASSES } from './job';
import { Gathering } from './totals';

export enum job {
  bytes = <i32>offsetof<Job>(),
  codes = <i32>offsetof<Job>('codes'),
  rows = <i32>offsetof<Job>('rows'),
  program = <i32>offsetof<Job>('program'),
  units = <i32>offsetof<Job>('units'),
  paired = <i32>offsetof<Job>('paired'),
  states = <i32>offsetof<Job>('states'),
  found = <i32>offsetof<Job>('found'),
  vectors = <i32>offsetof<Job>('vectors'),
  tables = <i32>offsetof<Job>('tables'),
  sums = <i32>offsetof<Job>('sums'),
  width = <i32>offsetof<Job>('width'),
  blockBytes = <i32>offsetof<Job>('blockBytes'),
  rowBytes = <i32>offsetof<Job>('rowBytes'),
  factors = <i32>offsetof<Job>('factors'),
  joints = <i32>offsetof<Job>('joints'),
  jointsEnd = <i32>offsetof<Job>('jointsEnd'),
  products = <i32>offsetof<Job>('products'),
  quads = <i32>offsetof<Job>('quads'),
  places = <i32>offsetof<Job>('places'),
  spare = <i32>offsetof<Job>('spare'),
}

export enum coding {
  bytes = <i32>offsetof<Coding>(),
  values = <i32>offsetof<Coding>('values'),
  step = <i32>offsetof<Coding>('step'),
  rows = <i32>offsetof<Coding>('rows'),
  cuts = <i32>offsetof<Coding>('cuts'),
  count = <i32>offsetof<Coding>('count'),
  size = <i32>offsetof<Coding>('size'),
  right = <i32>offsetof<Coding>('right'),
  left = <i32>offsetof<Coding>('left'),
  missing = <i32>offsetof<Coding>('missing'),
}

export enum gathering {
  bytes = <i32>offsetof<Gathering>(),
  totals = <i32>offsetof<Gathering>('totals'),
  classBytes = <i32>offsetof<Gathering>('classBytes'),
  playerBytes = <i32>offsetof<Gathering>('playerBytes'),
  rowBytes = <i32>offsetof<Gathering>('rowBytes'),
  classes = <i32>offsetof<Gathering>('classes'),
  players = <i32>offsetof<Gathering>('players'),
  rows = <i32>offsetof<Gathering>('rows'),
  to = <i32>offsetof<Gathering>('to'),
}

export enum place {
  lanes = <i32>LANES,
  passes = <i32>PASSES,
}
