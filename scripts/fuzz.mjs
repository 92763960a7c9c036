// `npm run fuzz`: tries damaged inputs of every kind and damaged run folders, and writes the counts to reports/fuzz.md and .json.
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { emptyFolder, fuzz } from './fuzz/harness.mjs';
import { isSound, summarise, writeReport } from './fuzz/report.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '10000' },
    'run-cases': { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    out: { type: 'string', default: join(root, 'reports') },
    keep: { type: 'string' },
  },
});

let done = 0;
const started = performance.now();
const write = (summary) => writeReport(values.out, summary, Math.round((performance.now() - started) / 1000));
const total = Number(values.inputs) + Number(values['run-cases']);
const fuzzed = await fuzz({
  inputs: Number(values.inputs),
  runCases: Number(values['run-cases']),
  seed: Number(values.seed),
  processes: Number(values.processes),
  keep: values.keep === undefined ? undefined : emptyFolder(values.keep),
  onProgress: (result, soFar) => {
    const bad = !isSound(result);
    if (bad) console.error(JSON.stringify(result));
    if (++done % 500 === 0) console.error(`[fuzz] ${done} of ${total}`);
    if (done % 1000 === 0) write(summarise(soFar));
  },
});
const summary = summarise(fuzzed);
write(summary);
console.error(`[fuzz] ${JSON.stringify(summary.defects)}`);
process.exitCode = Object.values(summary.defects).some((count) => count > 0) ? 1 : 0;
