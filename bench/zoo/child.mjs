// One measurement of bench/zoo in a process of its own: child.mjs with its task as JSON. `all` calls what `train` calls;
// `fit` does one fold of one model on this thread. Writes seconds, seconds of processors and the peak of memory (Linux)
// to stdout.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const TELL_EVERY_MS = 60_000;
const started = performance.now();
const task = JSON.parse(process.argv[2]);
const load = (path) => import(pathToFileURL(join(task.dist, path)).href);

/** Resident memory at its highest so far, in GiB; threads are in it. Null where the system does not tell. */
function peakGiB() {
  if (process.platform !== 'linux') return null;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 2 ** 20;
}

/** What this process has taken up to now. */
function soFar() {
  const { user, system } = process.cpuUsage();
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakGiB: peakGiB(),
  };
}

async function runAll() {
  const { TRAIN_DEFAULTS, train } = await load('pipeline.js');
  const marks = [];
  let told = performance.now();
  const onEvent = (event) => {
    if (event.kind === 'stage') marks.push({ stage: event.stage, at: performance.now(), peakGiB: peakGiB() });
    // of a large size one wants to know how far it is
    if (event.kind !== 'progress' || performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    const share = Math.round((100 * event.done) / event.total);
    process.stderr.write(`  ${event.stage}, ${share}%, peak ${peakGiB()?.toFixed(2)} GiB\n`);
    writeFileSync(join(dirname(task.run), 'progress.json'), JSON.stringify([soFar()]));
  };
  const summary = await train(
    { ...TRAIN_DEFAULTS, models: task.zoo, run: task.run, data: [task.data] },
    { threads: task.threads, onEvent },
  );
  const ended = performance.now();
  const stages = marks.map(({ stage, at }, index) => ({
    stage,
    seconds: ((marks[index + 1]?.at ?? ended) - at) / 1000,
    peakGiB: marks[index + 1]?.peakGiB ?? peakGiB(),
  }));
  return { stages, judged: summary.rows, models: summary.models.length };
}

/** The first fold, as a worker does it; reading the examples and their texts is counted apart. */
async function runFit() {
  const { loadExamples } = await load('data/load.js');
  const { readExamples, writeExamples } = await load('data/examples/file.js');
  const { planProtocol } = await load('evaluation/protocol.js');
  const { fitTask } = await load('models/cross-fit/fit.js');
  const { taskSeed } = await load('models/cross-fit/task.js');
  const { modelNamed } = await load('models/registry.js');
  // builds before it had a file of its own have it beside the documents
  const { corpusOf } = await load('models/text/corpus.js').catch(() => load('models/text/document.js'));
  const { prepareTensorflow } = await load('models/tfjs/backend.js');
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-zoo-fit-'));
  const path = join(folder, 'examples.arrow');
  const { examples: loaded } = await loadExamples([task.data], { text: true, threads: 1 });
  await writeExamples(path, loaded);
  const { foldOf } = planProtocol(loaded, { evaluation: 'auto', folds: 5, seed: 7, imported: null });
  const readAt = performance.now();
  const examples = await readExamples(path, { text: true });
  rmSync(folder, { recursive: true });
  corpusOf(examples);
  await prepareTensorflow({ backend: 'wasm' });
  const began = performance.now();
  const cpu = process.cpuUsage();
  let firstEpoch = null;
  const fit = { examplesPath: path, model: task.model, fold: 0, foldOf, seed: taskSeed(7, task.model, 0) };
  const subject = { model: modelNamed(task.model), examples, own: false };
  const result = await fitTask(fit, subject, () => {
    firstEpoch ??= performance.now();
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    model: task.model,
    rows: result.trained.rows,
    epochs: result.curve.length,
    readSeconds: (began - readAt) / 1000,
    firstEpochSeconds: (firstEpoch - began) / 1000,
    fitSeconds: (performance.now() - began) / 1000,
    fitCpuSeconds: (user + system) / 1e6,
  };
}

const facts = await { all: runAll, fit: runFit }[task.kind]();
process.stdout.write(JSON.stringify({ ...soFar(), ...facts }));
