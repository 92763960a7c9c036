import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { kernelFile, sharedMemory } from '../../src/kernels/wasm.js';
import { CONTROL, type HelperData, Team } from '../../src/threads/team.js';

const LIST = 100_000;
const MARGINS = 200_000;
const WEIGHTS = 300_000;
const LABELS = 310_000;
const JOBS = 400_000;
const POSITIONS = 1000;

/** A memory with margins of two classes, and jobs that each take the loss of one of ten ranges of positions. */
function tenLosses() {
  const memory = sharedMemory(2 ** 19);
  const words = new Uint32Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const doubles = new Float64Array(memory.buffer);
  doubles.set([1, 2], WEIGHTS / 8);
  for (let at = 0; at < POSITIONS; at++) {
    words[LIST / 4 + at] = at;
    words[LABELS / 4 + at] = at % 2;
    floats[MARGINS / 4 + at] = at / POSITIONS;
  }
  const jobs = Array.from({ length: 10 }, (_, at) => {
    const fields = [MARGINS, POSITIONS, 2, LABELS, WEIGHTS, LIST, at * 100, (at + 1) * 100];
    words.set(fields, (JOBS + at * 64 + 8) / 4);
    return JOBS + at * 64;
  });
  return { memory, jobs, losses: () => jobs.map((job) => doubles[job / 8]) };
}

/** The same, from the formula. */
function expectedLoss(range: number): number {
  let sum = 0;
  for (let at = range * 100; at < (range + 1) * 100; at++) {
    const margin = Math.fround(at / POSITIONS);
    const logSum = Math.log(Math.exp(margin) + 1);
    sum += at % 2 === 0 ? logSum - margin : 2 * logSum;
  }
  return sum;
}

describe('Team', () => {
  it.each([1, 2, 3])('makes every call of every batch once on %i threads', (threads) => {
    const { memory, jobs, losses } = tenLosses();
    const words = new Uint32Array(memory.buffer);
    const options = { wasm: 'training', memory, kernels: ['computeLoss'], mostCalls: 10 };
    const team = new Team({ ...options, scratch: new Array(threads).fill(0) });
    try {
      for (let batch = 0; batch < 50; batch++) {
        for (const job of jobs) words.fill(0, job / 4, job / 4 + 2);
        team.run(jobs.map((address) => ({ kernel: 'computeLoss', address })));
        losses().forEach((loss, range) => {
          expect(loss).toBeCloseTo(expectedLoss(range), 9);
        });
      }
    } finally {
      team.close();
    }
  });

  it('is taken over for other work by as many threads, or by the calling one, and for no more calls', () => {
    const { memory, jobs, losses } = tenLosses();
    const words = new Uint32Array(memory.buffer);
    const team = new Team({
      wasm: 'training',
      memory,
      kernels: ['computeLoss'],
      mostCalls: 10,
      scratch: [0, 0],
    });
    try {
      for (const threads of [2, 1, 2]) {
        expect(team.takeOver({ scratch: new Array(threads).fill(8), mostCalls: 10 })).toBe(true);
        for (const job of jobs) words.fill(0, job / 4, job / 4 + 2);
        team.run(jobs.map((address) => ({ kernel: 'computeLoss', address })));
        losses().forEach((loss, range) => {
          expect(loss).toBeCloseTo(expectedLoss(range), 9);
        });
      }
      expect(team.takeOver({ scratch: [0, 0, 0], mostCalls: 10 })).toBe(false);
      expect(team.takeOver({ scratch: [0, 0], mostCalls: 11 })).toBe(false);
    } finally {
      team.close();
    }
  });

  it('says so when a kernel fails on a helper, instead of waiting for ever', () => {
    const { memory } = tenLosses();
    const words = new Uint32Array(memory.buffer);
    // a list beyond the memory: every thread that takes such a call fails
    words.set([MARGINS, POSITIONS, 2, LABELS, WEIGHTS, 2 ** 31, 0, 100], (JOBS + 8) / 4);
    const options = { wasm: 'training', memory, kernels: ['computeLoss'], mostCalls: 200 };
    const team = new Team({ ...options, scratch: [0, 0] });
    const calls = Array.from({ length: 200 }, () => ({ kernel: 'computeLoss', address: JOBS }));
    expect(() => team.run(calls)).toThrow();
    expect(team.takeOver({ scratch: [0, 0], mostCalls: 1 })).toBe(false);
    team.close();
  });

  it('has a helper rest once a batch, also where it is told late of one that it has worked on', () => {
    const control = new Int32Array(new SharedArrayBuffer(4 * (CONTROL.scratch + 2)));
    control[CONTROL.first] = CONTROL.scratch + 2;
    const wasm = kernelFile('training').href;
    const workerData: HelperData = { wasm, memory: sharedMemory(65_536), control, kernels: [], thread: 1 };
    const helper = new Worker(new URL('../../dist/threads/team.worker.js', import.meta.url), { workerData });
    try {
      Atomics.add(control, CONTROL.round, 1);
      Atomics.wait(control, CONTROL.resting, 0, 20_000);
      expect(control[CONTROL.resting]).toBe(1);
      const deadline = performance.now() + 20_000;
      while (Atomics.notify(control, CONTROL.round) === 0) expect(performance.now()).toBeLessThan(deadline);
      Atomics.wait(control, CONTROL.resting, 1, 200);
      expect(control[CONTROL.resting]).toBe(1);
    } finally {
      Atomics.store(control, CONTROL.over, 1);
      Atomics.add(control, CONTROL.round, 1);
      Atomics.notify(control, CONTROL.round);
    }
    helper.unref();
  });

  it('does not keep the process alive when nobody closes it', () => {
    const team = new URL('../../dist/threads/team.js', import.meta.url).href;
    const wasm = new URL('../../dist/kernels/wasm.js', import.meta.url).href;
    const script = `
      import { Team } from '${team}';
      import { kernelFile, sharedMemory } from '${wasm}';
      new Team({ wasm: 'training', memory: sharedMemory(65536), kernels: [], scratch: [0, 0], mostCalls: 1 });
    `;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      timeout: 20_000,
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    expect(status).toBe(0);
  });
});
