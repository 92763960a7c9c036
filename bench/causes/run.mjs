// What lies between the ensemble of the six models and the best possible answers on simulated data, by cause, on seeds
// that nothing was chosen by. Run after `npm run build`:
//   npm run bench:causes [-- --seeds 31,32,33 --queries 800 --threads 2 --out reports]
// A quarter of the queries is for testing. The models learn from a half of the other queries ("few", as many as the
// sample has) and from all of them ("many"), and answer the same test rows. What is done is added to bench-causes.json
// at once; --render only writes bench-causes.md from it.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { simulate } from '../../dist/data/simulator/simulate.js';
import { describeMachine, onStop } from '../engine/results.mjs';
import { render } from './render.mjs';
import { answersAfresh, byHidden, learnAndAnswer, testLabels } from './steps.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '31,32,33' },
    queries: { type: 'string', default: '800' },
    threads: { type: 'string', default: '2' },
    out: { type: 'string', default: join(root, 'reports') },
    render: { type: 'boolean', default: false },
  },
});

/** One of so many training queries is learnt from where there are few. */
const FEW_OF = 2;

/** The simulation without most of its training queries; the test rows are the same. */
function withFew(simulation) {
  const training = [
    ...new Set(simulation.examples.filter(({ split }) => split === 'train').map(({ queryId }) => queryId)),
  ];
  const kept = new Set(training.filter((_, at) => at % FEW_OF === 0));
  const examples = simulation.examples.filter(({ split, queryId }) => split === 'test' || kept.has(queryId));
  return { ...simulation, examples };
}

async function measure(seed) {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-causes-'));
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const simulation = simulate({ queries: Number(flags.queries), seed });
    const task = { folder, threads: Number(flags.threads) };
    const few = await learnAndAnswer(withFew(simulation), { ...task, name: 'few' }, [
      'pool',
      'trees',
      'without',
    ]);
    const afresh = await answersAfresh(few, task);
    const many = await learnAndAnswer(simulation, { ...task, name: 'many' }, ['without']);
    const strip = ({ scores, rows }) => ({ rows, scores });
    return {
      seed,
      testRows: testLabels(simulation).length,
      ceiling: simulation.ceiling,
      few: strip(few),
      afresh,
      many: { ...strip(many), byHidden: byHidden(many, simulation) },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const path = join(flags.out, 'bench-causes.json');
mkdirSync(flags.out, { recursive: true });
const results = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { seeds: [] };
for (const seed of flags.render ? [] : flags.seeds.split(',').map(Number)) {
  const began = performance.now();
  const measured = { queries: Number(flags.queries), ...(await measure(seed)) };
  process.stderr.write(`seed ${seed}: ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  results.machine = describeMachine();
  results.seeds = [...results.seeds.filter((old) => old.seed !== seed), measured].sort(
    (a, b) => a.seed - b.seed,
  );
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
}
writeFileSync(join(flags.out, 'bench-causes.md'), render(results));
