// The runner of the second round: a whole file with one mutant on from the start, for what is done beside the tests.
import { VitestTestRunner } from 'vitest/runners';

const active = Number(process.env.MUTATION_ACTIVE);
let ticks = 0;
globalThis.$m = (id) => id === active;
globalThis.$t = () => {
  if (++ticks > 1e9) throw new Error('endless');
};

export default VitestTestRunner;
