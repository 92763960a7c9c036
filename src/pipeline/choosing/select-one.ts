import { inLocale } from '../../selection/locale-budgets.js';
import { selectModels } from '../../selection/select.js';
import { judgedOn } from '../../selection/some-queries.js';
import { selectionEvidence } from './select-evidence.js';
import { scorerOf } from './select-scorer.js';
import type { SelectResult, SelectTask } from './select-task.js';

/**
 * Makes one selection; `onScore` hears how many ensembles were fitted. A pure function of its task.
 *
 * @throws EsciSelectError as selectModels, naming the locale where the choice is for one
 */
export function selectOne(task: SelectTask, onScore: (scored: number) => void = () => {}): SelectResult {
  const { contributions, cards, request, strict, evidence, judged } = task;
  try {
    const all = scorerOf(task, judged === undefined ? evidence?.queries : task.queries, onScore);
    const scorer = judged === undefined ? all : judgedOn(all, judged.queries);
    const selection = selectModels({ contributions, cards, request, scorer, strict });
    return {
      selection,
      evidence:
        evidence === undefined
          ? null
          : selectionEvidence(task, evidence, { scorer, kept: selection.kept }, onScore),
    };
  } catch (error) {
    throw judged === undefined ? error : inLocale(judged.locale, error);
  }
}
