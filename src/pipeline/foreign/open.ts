import type { ForeignEnsemble, Iterations } from '../../ensemble/foreign/foreign-ensemble.js';
import { readEnsemble } from '../../ensemble/foreign/read.js';
import { EsciSelectError } from '../../errors.js';

/**
 * A model file, cut to the rounds asked for. Throws as readEnsemble, and 'usage' where the file's best round is not its
 * last and nothing was asked for, since engines differ in which of them score.
 */
export async function openEnsemble(path: string, iterations?: Iterations): Promise<ForeignEnsemble> {
  return roundsOf(await readEnsemble(path), iterations, path);
}

/** An ensemble cut to the rounds asked for; see openEnsemble. */
export function roundsOf(foreign: ForeignEnsemble, iterations?: Iterations, path?: string): ForeignEnsemble {
  const { bestRounds, roundStarts } = foreign;
  if (bestRounds === null || roundStarts === null) return foreign;
  const rounds = roundStarts.length - 1;
  if (bestRounds >= rounds || iterations === 'all') return foreign;
  if (iterations === 'best') return firstRounds(foreign, bestRounds);
  throw new EsciSelectError(
    'usage',
    `model has ${rounds} rounds, of which round ${bestRounds} was the best`,
    {
      path,
      hint: 'give --iterations best, as scikit-learn classes predict, or --iterations all, as Booster.predict does',
    },
  );
}

function firstRounds(foreign: ForeignEnsemble, rounds: number): ForeignEnsemble {
  const { ensemble } = foreign;
  const trees = foreign.roundStarts![rounds];
  return {
    ...foreign,
    ensemble: {
      ...ensemble,
      trees: ensemble.trees.slice(0, trees),
      treeClass: ensemble.treeClass.slice(0, trees),
    },
    roundStarts: foreign.roundStarts!.slice(0, rounds + 1),
  };
}
