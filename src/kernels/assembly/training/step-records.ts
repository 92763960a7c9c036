/** Where the fields of the records of shared trees' steps lie; see records.ts. */
import { LeavesJob, StepJob, SumJob } from './job';

export enum stepJob {
  bytes = <i32>offsetof<StepJob>(),
  job = <i32>offsetof<StepJob>('job'),
  node = <i32>offsetof<StepJob>('node'),
  left = <i32>offsetof<StepJob>('left'),
  searches = <i32>offsetof<StepJob>('searches'),
  ofSmall = <i32>offsetof<StepJob>('ofSmall'),
  ofLarge = <i32>offsetof<StepJob>('ofLarge'),
  subtracts = <i32>offsetof<StepJob>('subtracts'),
  parts = <i32>offsetof<StepJob>('parts'),
  partsOfSmall = <i32>offsetof<StepJob>('partsOfSmall'),
  partsOfLarge = <i32>offsetof<StepJob>('partsOfLarge'),
}

export enum sumJob {
  bytes = <i32>offsetof<SumJob>(),
  job = <i32>offsetof<SumJob>('job'),
  from = <i32>offsetof<SumJob>('from'),
  to = <i32>offsetof<SumJob>('to'),
  target = <i32>offsetof<SumJob>('target'),
}

export enum leavesJob {
  bytes = <i32>offsetof<LeavesJob>(),
  job = <i32>offsetof<LeavesJob>('job'),
  from = <i32>offsetof<LeavesJob>('from'),
  to = <i32>offsetof<LeavesJob>('to'),
}
