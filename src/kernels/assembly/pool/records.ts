/** Where the fields of the record lie, for the library to compare with what it writes; see attribution/records.ts. */
import { Pool } from './job';

export enum pool {
  bytes = <i32>offsetof<Pool>(),
  total = <i32>offsetof<Pool>('total'),
  rows = <i32>offsetof<Pool>('rows'),
  models = <i32>offsetof<Pool>('models'),
  classes = <i32>offsetof<Pool>('classes'),
  width = <i32>offsetof<Pool>('width'),
  evidence = <i32>offsetof<Pool>('evidence'),
  weights = <i32>offsetof<Pool>('weights'),
  labels = <i32>offsetof<Pool>('labels'),
  at = <i32>offsetof<Pool>('at'),
  shares = <i32>offsetof<Pool>('shares'),
  gradient = <i32>offsetof<Pool>('gradient'),
  curvature = <i32>offsetof<Pool>('curvature'),
  mixed = <i32>offsetof<Pool>('mixed'),
  biases = <i32>offsetof<Pool>('biases'),
  mean = <i32>offsetof<Pool>('mean'),
  centred = <i32>offsetof<Pool>('centred'),
  parts = <i32>offsetof<Pool>('parts'),
  few = <i32>offsetof<Pool>('few'),
}
