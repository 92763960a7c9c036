/** What the threads of attributeBatchesParallel run. */
import { EsciSelectError } from '../errors.js';
import { type AttributedBatch, attributeBatch, type BatchPlan } from './batch.js';
import type { BatchTask, PackedBatchPlan } from './batches-parallel.js';
import { unpackPlan } from './packed-plan.js';

let kept: BatchPlan | null = null;

/** Attributes a batch with the plan that came with this one or an earlier one. */
export function run({ plan, sources }: BatchTask): AttributedBatch {
  if (plan !== undefined) kept = unpacked(plan);
  if (kept === null) throw new EsciSelectError('internal', 'a thread has batches and no plan');
  return attributeBatch(kept, sources);
}

function unpacked({ games: { players, columns }, ...rest }: PackedBatchPlan): BatchPlan {
  return {
    ...rest,
    games: {
      players: { ...players, plan: unpackPlan(players.plan) },
      columns: { ...columns, plan: unpackPlan(columns.plan) },
    },
  };
}
