// The task of the simulated sample: its own models' out-of-fold predictions, trained once and kept in a folder.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExamples } from '../../dist/data/examples/file.js';
import { SAMPLE_DATA, TRAIN_DEFAULTS, train } from '../../dist/pipeline.js';
import { readPredictionMatrix } from '../../dist/predictions/store/store.js';
import { task } from './tasks.mjs';

/** Where the run of the sample is kept between benchmarks: ESCI_BENCH_CACHE, or a folder for temporary files. */
const folder = join(process.env.ESCI_BENCH_CACHE ?? tmpdir(), 'esci-select-bench-sample');

/** The sample's labelled rows and the models that `train` makes there; trains them if that was not done before. */
export async function sampleTask() {
  if (!existsSync(join(folder, 'protocol.arrow'))) await trainSample();
  const examples = await readExamples(join(folder, 'examples.arrow'));
  const { classes } = examples.labelSpace;
  const files = (await readdir(join(folder, 'predictions'))).sort();
  const paths = files.map((file) => join(folder, 'predictions', file));
  const { cards, values } = await readPredictionMatrix(paths, examples.rows, classes);
  const rows = [...examples.label.keys()].filter((row) => examples.label[row] >= 0);
  const stride = cards.length * classes.length;
  const models = cards.map(({ name }, at) => ({
    name,
    values: Float32Array.from(
      rows.flatMap((row) => classes.map((_, k) => values[row * stride + at * classes.length + k])),
    ),
  }));
  return task(
    'simulated-sample',
    classes,
    rows.map((row) => examples.label[row]),
    rows.map((row) => examples.group[row]),
    models,
  );
}

async function trainSample() {
  process.stderr.write(`training the sample's own models in ${folder}\n`);
  const options = { ...TRAIN_DEFAULTS, run: folder, data: [SAMPLE_DATA], measure: false, force: true };
  await train(options, { threads: 2 });
}
