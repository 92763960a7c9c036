// Pools of models to choose from (SCIENCE.md, Definitions): a task's own, or with copies and useless models planted.
import { createRandom } from '../../dist/math/random.js';
import { isHard, prior, shuffled, twin } from './planted.mjs';

/** Models in a pool: all 63 sets of up to three can be judged. */
const SIZE = 7;

/** The kinds of pool, each made of a task's models in random order. */
export const POOL_KINDS = {
  'as given': (_, __, drawn) => drawn.slice(0, SIZE),
  twins: (task, random, drawn) => [
    ...drawn.slice(0, 4),
    ...drawn.slice(0, 3).map((model) => twin(task, random, model)),
  ],
  noise: (task, random, drawn) => [
    ...drawn.slice(0, 4),
    shuffled(task, random, drawn[0], 'useless 1'),
    shuffled(task, random, drawn[1], 'useless 2'),
    prior(task, random, drawn.every(isHard), 'useless 3'),
  ],
  mixed: (task, random, drawn) => [
    ...drawn.slice(0, 3),
    ...drawn.slice(0, 2).map((model) => twin(task, random, model)),
    shuffled(task, random, drawn[0], 'useless 1'),
    prior(task, random, drawn.every(isHard), 'useless 2'),
  ],
};

/** The models of one pool, in order of name; null where the task has too few. */
export function drawPool(task, kind, seed) {
  const random = createRandom(`${task.name} ${kind} ${seed}`);
  const drawn = random.shuffle([...task.models]);
  if (kind === 'as given' && drawn.length < SIZE) return null;
  return POOL_KINDS[kind](task, random, drawn).sort((a, b) => (a.name < b.name ? -1 : 1));
}
