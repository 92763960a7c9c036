import { type BoosterPlaces, RANGE } from './layout.js';
import type { TrainingMemory } from './memory.js';

/** Writes the derivatives of all classes at all positions into the memory, by an ensemble's margins. */
export function computeDerivatives(memory: TrainingMemory, places: BoosterPlaces, classes: number): void {
  const { layout, words } = memory;
  const { paddedPositions, labels, derivatives } = layout;
  const jobs = ranges(paddedPositions).map(({ from, to }, at) => {
    const job = layout.rangeJobs[at];
    const { margins, weights } = places;
    words.set([margins, paddedPositions, classes, labels, weights, derivatives, from, to], job >>> 2);
    return job;
  });
  memory.run('computeDerivatives', jobs);
}

/** Class-weighted sum of the log-losses in nats of listed positions, ranges added in order. */
export function sumLosses(
  memory: TrainingMemory,
  places: BoosterPlaces,
  list: { readonly address: number; readonly length: number },
  classes: number,
): number {
  const { layout, words, doubles } = memory;
  const { paddedPositions, labels } = layout;
  const { margins, classWeights } = places;
  const jobs = ranges(list.length).map(({ from, to }, at) => {
    const job = layout.rangeJobs[at];
    const fields = [margins, paddedPositions, classes, labels, classWeights, list.address, from, to];
    words.set(fields, (job + 8) >>> 2);
    return job;
  });
  memory.run('computeLoss', jobs);
  return jobs.reduce((sum, job) => sum + doubles[job / 8], 0);
}

function ranges(total: number): { readonly from: number; readonly to: number }[] {
  return Array.from({ length: Math.ceil(total / RANGE) }, (_, at) => ({
    from: at * RANGE,
    to: Math.min(total, (at + 1) * RANGE),
  }));
}
