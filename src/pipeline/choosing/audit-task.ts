import { type AuditPart, auditedStrategies, auditPart } from '../../selection/audit.js';
import { problemOf } from '../../selection/select.js';
import { tallyHeldOut } from '../../selection/subset-fit.js';
import { createSubsetScorer } from '../../selection/subset-scorer.js';
import type { SelectTask } from './select-task.js';

/** One part of an audit: choose on the task's rows, judge every set on others. Plain data, sent to workers. */
export interface AuditTask extends SelectTask {
  /** rows that no strategy sees */
  readonly held: Int32Array;
}

/** Audits one part; `onSet` hears how many sets were judged. A pure function of its task. */
export function auditOne(task: AuditTask, onSet: (judged: number) => void = () => {}): AuditPart {
  const { model, labels, classes, rows, foldOf, queries, locales, contributions, cards, request, held } =
    task;
  const table = { features: model.features, labels, classes };
  const { seed, metric } = request;
  const scorer = createSubsetScorer({ ...table, rows, foldOf, queries, locales, seed, pools: metric });
  const problem = problemOf({ contributions, cards, request, scorer });
  const places = problem.candidates.map(({ name }) => model.models.indexOf(name));
  let judged = 0;
  const heldOut = (subset: readonly number[]) => {
    const models = subset.map((candidate) => places[candidate]);
    const tally = tallyHeldOut(table, models, rows, held);
    onSet(++judged);
    return tally;
  };
  return auditPart(problem, heldOut, auditedStrategies(request.strategy));
}
