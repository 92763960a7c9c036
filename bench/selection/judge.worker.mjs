// What run.mjs runs on worker threads: one pool a task.
export { judgePool as run } from './judge.mjs';
