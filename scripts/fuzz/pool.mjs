import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CHILD = fileURLToPath(new URL('./child.mjs', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../bin/esci-select.js', import.meta.url));
const HEAP_MB = 1024;
const TICK_MS = 10;
const MOST_WAITING = 30;

/** A process that tries inputs, replaced where it hangs or dies. */
export class Trier {
  #child = null;

  constructor(corpus, limitMs) {
    this.corpus = corpus;
    this.limitMs = limitMs;
  }

  /** How one trial ended: what the child says, or `hang` or `signal`. */
  async try(message) {
    this.#child ??= await this.#start();
    const child = this.#child;
    return new Promise((resolve) => {
      const finish = (outcome) => {
        stop();
        child.off('message', finish);
        child.off('exit', died);
        resolve(outcome);
      };
      const died = (code, signal) => {
        this.#child = null;
        finish({ exit: 'signal', message: `process ended with ${signal ?? code}` });
      };
      const stop = afterWork(child.pid, this.limitMs, () => {
        this.#child = null;
        child.off('exit', died);
        child.kill('SIGKILL');
        finish({ exit: 'hang', message: `no answer within ${this.limitMs} ms` });
      });
      child.once('message', finish);
      child.once('exit', died);
      child.send(message);
    });
  }

  close() {
    this.#child?.kill('SIGKILL');
  }

  /** A process that has loaded the program: what that takes is no hang. */
  async #start() {
    const child = fork(CHILD, { execArgv: [`--max-old-space-size=${HEAP_MB}`], stdio: 'ignore' });
    child.send({ corpus: this.corpus });
    await once(child, 'message');
    return child;
  }
}

/**
 * Calls `act` once a process has had so many milliseconds: of its own, where the system tells, since a busy machine gives a
 * process at low priority a hundredth of them; and at the latest after many times that. Gives back what calls it off.
 */
function afterWork(pid, limitMs, act) {
  const [started, before] = [performance.now(), cpuMs(pid)];
  const timer = setInterval(() => {
    const waited = performance.now() - started;
    const worked = before === null ? waited : (cpuMs(pid) ?? waited) - before;
    if (worked < limitMs && waited < MOST_WAITING * limitMs) return;
    clearInterval(timer);
    act();
  }, limitMs / 10);
  return () => clearInterval(timer);
}

/** Processor time of a process in milliseconds; null where the system does not tell. */
function cpuMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS; // user and system time
  } catch {
    return null; // no Linux, or the process has ended
  }
}

/** The program itself with these arguments, ended after `limitMs`. */
export function runProgram(argv, limitMs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const stop = afterWork(child.pid, limitMs, () => child.kill('SIGKILL'));
    child.on('close', (code, signal) => {
      stop();
      resolve({
        exit: signal === null ? code : signal === 'SIGKILL' ? 'hang' : 'signal',
        message: stderr.trim().slice(0, 500),
      });
    });
  });
}
