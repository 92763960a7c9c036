// How long `report` takes after ranking, its peak memory, and the size of what it writes, over many test rows and models.
// Usage: npm run build && node bench/report/run.mjs [--test-rows 638016] [--train-rows 100000] [--models 24] [--rounds 10] [--keep DIR]
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReportTask } from './task.mjs';

const { values: flags } = parseArgs({
  options: {
    'test-rows': { type: 'string', default: '638016' },
    'train-rows': { type: 'string', default: '100000' },
    models: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '10' },
    keep: { type: 'string' },
  },
});
const LIMITS = { seconds: 30, gibibytes: 2, htmlMegabytes: 3 };

/** Runs a command to its end: wall seconds, and the peak resident set (Linux). Ends this program where it fails. */
async function timed(...args) {
  const started = performance.now();
  const child = spawn(process.execPath, ['bin/esci-select.js', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  let peak = 0;
  const poll = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024 ** 2);
  }, 50);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(poll);
  if (code !== 0) {
    console.error(said);
    process.exit(1);
  }
  return { seconds: (performance.now() - started) / 1000, gibibytes: peak };
}

const folder = flags.keep ?? (await mkdtemp(join(tmpdir(), 'esci-select-report-')));
try {
  const task = await writeReportTask(folder, {
    testRows: Number(flags['test-rows']),
    trainRows: Number(flags['train-rows']),
    models: Number(flags.models),
  });
  const run = join(folder, 'run');
  const out = join(folder, 'out');
  const input = ['--data', task.data, '--models', 'none', '--predictions', task.predictions];
  await timed('train', ...input, '--run', run, '--rounds', flags.rounds, '--no-measure');
  await timed('rank', '--run', run, '--budget', '6', '--replicates', '200');
  const { seconds, gibibytes } = await timed(
    'report',
    '--run',
    run,
    '--out',
    out,
    '--format',
    'html,md,json,csv',
  );
  const htmlMegabytes = (await stat(join(out, 'report.html'))).size / 1e6;
  const markdown = (await readFile(join(out, 'report.md'), 'utf8')).length;
  const found = { seconds, gibibytes, htmlMegabytes };
  console.log(
    `report over ${flags['test-rows']} test rows x ${flags.models} models, Markdown of ${markdown} characters`,
  );
  for (const [name, limit] of Object.entries(LIMITS)) {
    const held = found[name] <= limit;
    console.log(`  ${name}: ${found[name].toFixed(2)} of at most ${limit}${held ? '' : ' FAILED'}`);
    if (!held) process.exitCode = 1;
  }
} finally {
  if (flags.keep === undefined) await rm(folder, { recursive: true, force: true });
}
