import { PoolThread } from './pool-thread.js';

/**
 * Seconds that a thread waits for more work before it ends: between the steps of a command, a notebook's calls, a service's
 * requests. It holds 40 to 80 MB; one that starts anew costs a quarter of a second until its code is compiled.
 */
const MOST_SECONDS = 60;

interface Idle {
  readonly thread: PoolThread;
  readonly timer: NodeJS.Timeout;
}

/** [module] threads that have loaded it and do nothing, the last to be kept last */
const idle = new Map<string, Idle[]>();

/**
 * Keeps a thread that has answered all it was given for the next run of its module. It does not keep the process from
 * ending, ends by itself after some seconds, and is forgotten where it dies.
 */
export function keepIdle(module: URL, thread: PoolThread): void {
  const own = idle.get(module.href) ?? [];
  idle.set(module.href, own);
  const forget = () => {
    clearTimeout(entry.timer);
    own.splice(own.indexOf(entry), 1);
  };
  const end = () => {
    forget();
    void thread.stop();
  };
  const entry = { thread, timer: setTimeout(end, 1000 * MOST_SECONDS).unref() };
  own.push(entry);
  thread.rest({ onMessage: () => {}, onDeath: forget });
}

/**
 * Starts threads, as far as fewer than `count` wait, that load the module while the caller goes on, and then wait for its next
 * run: for callers who know that one follows. They are kept as keepIdle keeps them.
 */
export function startIdle(module: URL, count: number): void {
  const events = { onMessage: () => {}, onDeath: () => {} };
  for (let have = idleThreads(module); have < count; have++) {
    keepIdle(module, new PoolThread(module, undefined, events));
  }
}

/** How many threads have loaded the module, or are about to, and wait. */
export function idleThreads(module: URL): number {
  return idle.get(module.href)?.length ?? 0;
}

/** A thread that has loaded the module, or undefined: the caller's from now on. */
export function takeIdle(module: URL): PoolThread | undefined {
  const entry = idle.get(module.href)?.pop();
  if (entry === undefined) return undefined;
  clearTimeout(entry.timer);
  return entry.thread;
}
