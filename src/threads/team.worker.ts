/** What a team's helper thread runs: it waits for a batch, takes calls off it until none is left, and rests again. */
import { workerData } from 'node:worker_threads';
import { instantiateShared } from '../kernels/wasm.js';
import { CONTROL, type HelperData, makeCalls, type TeamFunctions } from './team.js';

const { wasm, memory, control, kernels, thread } = workerData as HelperData;
try {
  const functions: TeamFunctions = instantiateShared(new URL(wasm), memory);
  const own = kernels.map((name) => functions[name]);
  for (let seen = 0; ; ) {
    // who comes upon a batch before it is told of it is woken for the same one again, and must not rest twice
    while (Atomics.load(control, CONTROL.round) === seen) Atomics.wait(control, CONTROL.round, seen);
    seen = Atomics.load(control, CONTROL.round);
    if (Atomics.load(control, CONTROL.over) === 1) break;
    makeCalls(control, own, thread);
    rest();
  }
} catch (error) {
  Atomics.store(control, CONTROL.failed, 1);
  rest();
  throw error;
}

function rest(): void {
  Atomics.add(control, CONTROL.resting, 1);
  Atomics.notify(control, CONTROL.resting);
}
