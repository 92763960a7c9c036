import { countKept, evidencePart, finishEvidence } from './select-evidence.js';
import { selectOne } from './select-one.js';
import type {
  EvidenceParts,
  FinishTask,
  KeptCounts,
  KeptTask,
  PartTask,
  RestOfEvidence,
  SelectResult,
  SelectTask,
} from './select-task.js';

/** Pool entry: makes one selection on a worker thread, or finds a part of the evidence beside one. */
export function run(
  task: SelectTask | KeptTask | PartTask | FinishTask,
  report: (value: unknown) => void,
): SelectResult | KeptCounts | EvidenceParts[keyof EvidenceParts] | RestOfEvidence {
  if ('range' in task) return countKept(task);
  if ('part' in task) return evidencePart(task, report);
  return 'parts' in task ? finishEvidence(task, report) : selectOne(task, report);
}
