import { readPredictionCards } from '../../predictions/store/store.js';
import { RunFolder } from '../../run/run-folder.js';
import { predictionFiles, verifiedPredictions } from '../files/predictions.js';

/**
 * Names of a run's models in order, those taken out aside; none where the folder holds no run. Reads each model's card, and
 * writes nothing: for what a shell offers while a command is typed. Throws 'data' where a file was changed.
 */
export async function modelNames(folder: string): Promise<string[]> {
  const run = await RunFolder.peek(folder);
  return run === null ? [] : namesOfRun(run);
}

/** The same of a run that is open. */
export async function namesOfRun(run: RunFolder): Promise<string[]> {
  const paths: string[] = [];
  for (const file of predictionFiles(run)) paths.push(await verifiedPredictions(run, file));
  return (await readPredictionCards(paths)).map(({ name }) => name);
}
