import { selectModels } from '../selection/select.js';
import { scorerOf, selectionEvidence } from './select-evidence.js';
import type { SelectResult, SelectTask } from './select-task.js';

/** Makes one selection; `onScore` hears how many ensembles were fitted. A pure function of its task. */
export function selectOne(task: SelectTask, onScore: (scored: number) => void = () => {}): SelectResult {
  const { contributions, cards, request, strict, evidence } = task;
  const scorer = scorerOf(task, evidence?.queries, onScore);
  const selection = selectModels({ contributions, cards, request, scorer, strict });
  return {
    selection,
    evidence: evidence === undefined ? null : selectionEvidence(task, evidence, scorer, onScore),
  };
}
