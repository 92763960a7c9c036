// Whole processes: started, waited for, and what they used.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

let running = null;

/** Ends the process that runs, at once: it has no time to write into a folder that is being removed. */
export function killRunning() {
  running?.kill('SIGKILL');
}

/** Runs a program in a folder to its end; what it wrote to stdout. Throws with all that it wrote where it fails. */
export async function runProgram(program, args, { folder, env }) {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running = child;
  let said = '';
  let answer = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
    answer += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
  });
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  running = null;
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${status}:\n${said}`);
  return answer;
}

/** Seconds that the machine's processors have been busy, all together. */
function busySeconds() {
  const ms = cpus().map(({ times: { user, nice, sys, irq } }) => user + nice + sys + irq);
  return ms.reduce((sum, one) => sum + one, 0) / 1000;
}

/**
 * Runs a program as `runProgram` does, and measures it from its start to its end: { seconds, cpuSeconds, peakGiB,
 * othersCpuSeconds }. The last is what the processors did meanwhile for whatever else is on the machine. The program
 * writes what it used to the file that ESCI_SELECT_BENCH_USAGE names.
 */
export async function measure(program, args, folder) {
  const usage = join(folder, 'usage.jsonl');
  rmSync(usage, { force: true });
  const busy = busySeconds();
  const started = performance.now();
  await runProgram(program, args, { folder, env: { ESCI_SELECT_BENCH_USAGE: usage } });
  const seconds = (performance.now() - started) / 1000;
  const allSeconds = busySeconds() - busy;
  if (!existsSync(usage)) throw new Error(`${[program, ...args].join(' ')} did not tell what it used`);
  const processes = readFileSync(usage, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const sum = (name) => processes.reduce((total, one) => total + one[name], 0);
  const cpuSeconds = sum('cpuSeconds');
  const othersCpuSeconds = Math.max(0, allSeconds - cpuSeconds);
  return { seconds, cpuSeconds, peakGiB: sum('peakGiB'), othersCpuSeconds };
}
