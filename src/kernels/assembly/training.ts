/**
 * The kernels of boosting, over a memory that several threads may share. Each takes the address of its job and that of
 * its thread's working memory; jobs that run at the same time write to different places.
 * src/ensemble/training-memory.ts lays the memory out.
 */
import { grow } from './training/grow';
import { GradientJob, GrowJob, LossJob, Scratch } from './training/job';
import { derive, sumLoss } from './training/loss';

/** Grows a tree and adds its values to the margins of all positions. */
export function growTree(job: usize, scratch: usize): void {
  grow(changetype<GrowJob>(job), changetype<Scratch>(scratch));
}

/** Gradients and hessians of a range of positions, for all classes. */
export function computeDerivatives(job: usize, scratch: usize): void {
  derive(changetype<GradientJob>(job), changetype<Scratch>(scratch));
}

/** Cross-entropy of a list of positions. */
export function computeLoss(job: usize, _scratch: usize): void {
  sumLoss(changetype<LossJob>(job));
}
