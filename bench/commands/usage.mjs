// Loaded before a command of ours (node --import): when it ends, it writes what the process used to the file that the
// environment names. A line a process: where the heap is small, the command line starts itself again in a child.
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Resident memory at its highest, in GiB; threads are in it. On Linux not `maxRSS`: that keeps the peak of whoever started
 * the process, as of before it was loaded.
 */
function peakGiB() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 2 ** 20;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 2 ** 20;
}

const path = process.env.ESCI_SELECT_BENCH_USAGE;
// worker threads load this too
if (isMainThread && path !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    appendFileSync(path, `${JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakGiB: peakGiB() })}\n`);
  });
}
