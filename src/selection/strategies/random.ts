import { createRandom } from '../../math/random.js';
import type { Strategy } from '../strategy.js';
import { keepInOrder } from './order.js';

/** A draw by the seed: the least that any other strategy must beat. */
export const random: Strategy = {
  summary: 'in random order',
  refits: false,
  choose: (problem) => {
    const stream = createRandom(problem.seed).fork('random strategy');
    return keepInOrder(
      problem,
      problem.candidates.map(() => stream.uniform()),
    );
  },
};
