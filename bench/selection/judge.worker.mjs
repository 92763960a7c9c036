// What run.mjs runs on worker threads: one pool, one ranking or one planted draw a task.
import { judgePool } from './judge.mjs';
import { drawPlanted } from './planted-draws.mjs';
import { rankHalves } from './ranking.mjs';

const KINDS = { pool: judgePool, ranking: rankHalves, planted: drawPlanted };

export function run({ what, ...input }) {
  return KINDS[what](input);
}
