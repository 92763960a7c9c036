import { describeCeiling } from '../../data/simulator/describe.js';
import { simulate } from '../../data/simulator/simulate.js';
import { writeSimulation } from '../../data/simulator/write.js';

export { downloadOfficial } from '../../data/download/download.js';
export { inspectData } from '../../data/inspect.js';
export { inspectPredictions } from './inspect-predictions.js';

/** A simulated data set to write. */
export interface SimulateOptions {
  readonly queries: number;
  readonly seed: number;
  /** folder to write to */
  readonly out: string;
}

/** Writes a simulated data set in the official layout; the same options, the same bytes. Throws 'io'. */
export async function simulateData({ queries, seed, out }: SimulateOptions) {
  const simulation = simulate({ queries, seed });
  const { files } = await writeSimulation(simulation, out);
  return { files, ceiling: simulation.ceiling, description: describeCeiling(simulation) };
}
