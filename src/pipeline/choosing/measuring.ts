import { totalGain } from '../../ensemble/importance.js';
import type { Decision } from '../../selection/decision.js';
import { compareMeasures, type Measures } from '../../selection/measures.js';
import { meansOf, type QuerySums } from '../../selection/query-sums.js';
import { ENSEMBLE } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import type { ScoredMeasures } from './select-task.js';

/** The measures as a decision holds them: none where they were not wanted. */
export async function askedMeasures(
  loaded: LoadedRun,
  sums: QuerySums,
  scored: ScoredMeasures | null,
): Promise<Pick<Decision, 'measures'>> {
  return scored === null ? {} : { measures: await measureModels(loaded, sums, scored) };
}

/** All measures of a run's models side by side. */
async function measureModels(
  { run, matrix }: LoadedRun,
  sums: QuerySums,
  scored: ScoredMeasures,
): Promise<Measures> {
  const gains = totalGain(await ENSEMBLE.read(run));
  const all = gains.reduce((a, b) => a + b, 0);
  const classes = matrix.classes.length;
  const [shap, groupShap, towards] = [
    meansOf(sums, 'shap'),
    meansOf(sums, 'groupShap'),
    meansOf(sums, 'towards'),
  ];
  const inputs = matrix.cards.map(({ name }, model) => {
    const own = sums.models.indexOf(name);
    const gain = gains.subarray(model * classes, (model + 1) * classes).reduce((a, b) => a + b, 0);
    return {
      model: name,
      refitMargin: scored.refit.shares[model].margin,
      values: {
        shap: shap[own],
        groupShap: groupShap[own],
        towards: towards[own],
        refit: scored.refit.shares[model].value,
        permutation: scored.permutation[model],
        gain: all === 0 ? 0 : gain / all,
        solo: scored.solo[model],
      },
    };
  });
  return compareMeasures(inputs, scored.refit);
}
