import { writeRecord } from '../../kernels/records.js';
import { type BoosterPlaces, RANGE } from './layout.js';
import type { TrainingCall, TrainingMemory } from './memory.js';
import { GRADIENT_JOB, LOSS_JOB } from './records.js';

/**
 * Writes the derivatives of all classes at all positions into the memory, by an ensemble's margins; `beside` are calls
 * that have nothing to do with it, made at the same time.
 */
export function computeDerivatives(
  memory: TrainingMemory,
  places: BoosterPlaces,
  classes: number,
  beside: readonly TrainingCall[] = [],
): void {
  const { rangeJobs, paddedPositions: positions, labels, derivatives } = memory.layout;
  const { margins, weights } = places;
  const jobs = ranges(positions).map((range, at) => {
    const fields = { margins, positions, classes, labels, weights, derivatives, ...range };
    writeRecord(memory, GRADIENT_JOB, rangeJobs[at], fields);
    return rangeJobs[at];
  });
  memory.run('computeDerivatives', jobs, beside);
}

/** Class-weighted sum of the log-losses in nats of listed positions, ranges added in order. */
export function sumLosses(
  memory: TrainingMemory,
  places: BoosterPlaces,
  list: { readonly address: number; readonly length: number },
  classes: number,
): number {
  const { rangeJobs, paddedPositions: positions, labels } = memory.layout;
  const { margins, classWeights } = places;
  const jobs = ranges(list.length).map((range, at) => {
    const fields = { margins, positions, classes, labels, classWeights, list: list.address, ...range };
    writeRecord(memory, LOSS_JOB, rangeJobs[at], fields);
    return rangeJobs[at];
  });
  memory.run('computeLoss', jobs);
  return jobs.reduce((sum, job) => sum + memory.doubles[(job + LOSS_JOB.at.loss) / 8], 0);
}

function ranges(total: number): { readonly from: number; readonly to: number }[] {
  return Array.from({ length: Math.ceil(total / RANGE) }, (_, at) => ({
    from: at * RANGE,
    to: Math.min(total, (at + 1) * RANGE),
  }));
}
