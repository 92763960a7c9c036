// How long each stage of `train` and `rank` takes on imported parquet predictions, and the peak memory.
// Usage: npm run build && node bench/scale/run.mjs [--rows 2621288] [--models 6] [--rounds 200] [--load-only]
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeTask } from './data.mjs';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '2621288' },
    models: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '200' },
    'load-only': { type: 'boolean', default: false },
  },
});

/** Runs a command; records when each stage begins and the peak resident set (Linux). Stops when `until` begins. */
async function timed(args, until) {
  const child = spawn(process.execPath, ['bin/esci-select.js', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const started = performance.now();
  const stages = [];
  let peak = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024 / 1024);
  }, 100);
  child.stderr.on('data', (chunk) => {
    for (const line of chunk.toString().split('\n')) {
      const stage = /^\[(\w+)\]/.exec(line)?.[1];
      if (stage === undefined) {
        if (/^(error|hint)/.test(line)) console.error(line);
        continue;
      }
      stages.push({ stage, at: (performance.now() - started) / 1000 });
      if (stage === until) child.kill('SIGKILL');
    }
  });
  const [code] = await new Promise((resolve) => child.on('exit', (...all) => resolve(all)));
  clearInterval(poll);
  const total = (performance.now() - started) / 1000;
  stages.forEach((stage, at) => {
    stage.seconds = (stages[at + 1]?.at ?? total) - stage.at;
  });
  return { code, stages, total, peakGiB: peak };
}

const folder = await mkdtemp(join(tmpdir(), 'esci-select-scale-'));
try {
  const task = await writeTask(folder, Number(flags.rows), Number(flags.models));
  const run = join(folder, 'run');
  const train = [
    'train',
    '--data',
    task.data,
    '--models',
    'none',
    '--predictions',
    task.predictions,
    '--run',
    run,
    '--rounds',
    flags.rounds,
  ];
  const results = [['train', await timed(train, flags['load-only'] ? 'ensemble' : undefined)]];
  if (!flags['load-only']) results.push(['rank', await timed(['rank', '--run', run, '--budget', '3'])]);
  for (const [name, { code, stages, total, peakGiB }] of results) {
    console.log(`${name}: ${total.toFixed(1)} s, peak ${peakGiB.toFixed(2)} GiB, exit ${code}`);
    for (const { stage, seconds } of stages) console.log(`  ${stage}: ${seconds.toFixed(1)} s`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
