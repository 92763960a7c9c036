import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rank, report, train } from '../../src/pipeline.js';
import { makeTask, trainOptions } from '../pipeline/task.js';

/** A command, and the run folder it finds. */
export interface Scenario {
  readonly name: string;
  /** the run folder before; null where there is none yet */
  readonly folder: string | null;
  /** the command line for a copy of it */
  command(folder: string): string[];
}

const THREADS = { threads: 1 };
const QUICK = [
  '--folds',
  '3',
  '--rounds',
  '5',
  '--learning-rate',
  '0.2',
  '--threads',
  '1',
  '--no-measure',
  '--quiet',
];

/** `train` of a new run and over an old one, `rank` and `report` over old ones, `import` into a ranked run. */
export async function scenarios(scratch: string): Promise<Scenario[]> {
  const task = makeTask({ queries: 24 });
  const lines = readFileSync(task.data, 'utf8').trimEnd().split('\n');
  const titled = lines.map((line, at) => `${line},${at === 0 ? 'product_title' : `thing number ${at % 7}`}`);
  writeFileSync(task.data, `${titled.join('\n')}\n`);
  const [ranked, reported] = [join(scratch, 'ranked'), join(scratch, 'reported')];
  const boosting = { rounds: 5, learningRate: 0.2, earlyStoppingRounds: 5 };
  await train(
    { ...trainOptions(task, 'run', { boosting, measure: false, load: { columns: {} } }), run: ranked },
    THREADS,
  );
  await rank({ run: ranked, budgets: ['2'], replicates: 100, force: false }, THREADS);
  cpSync(ranked, reported, { recursive: true });
  await report({ run: reported });
  await rank({ run: reported, budgets: ['1'], replicates: 100, force: false }, THREADS);
  const added = join(scratch, 'added');
  mkdirSync(added);
  writeFileSync(join(added, 'fourth.csv'), predictionsOf(task.labels));
  const data = ['--data', task.data, '--predictions', task.predictions];
  return [
    {
      name: 'train',
      folder: null,
      command: (folder) => ['train', ...data, '--models', 'lexical', '--run', folder, ...QUICK],
    },
    {
      name: 'train again',
      folder: ranked,
      command: (folder) => ['train', ...data, '--models', 'none', '--seed', '8', '--run', folder, ...QUICK],
    },
    {
      name: 'rank',
      folder: ranked,
      command: (folder) => [
        'rank',
        '--budget',
        '1',
        '--replicates',
        '100',
        '--run',
        folder,
        '--threads',
        '1',
        '--quiet',
      ],
    },
    { name: 'report', folder: reported, command: (folder) => ['report', '--run', folder, '--quiet'] },
    {
      name: 'import',
      folder: ranked,
      command: (folder) => ['import', added, '--run', folder, '--threads', '1', '--quiet'],
    },
  ];
}

/** A model that knows every third label. */
function predictionsOf(labels: readonly number[]): string {
  const rows = labels.map((label, row) => {
    const answer = row % 3 === 0 ? label : row % 4;
    return `${row},${[0, 1, 2, 3].map((k) => (k === answer ? 0.7 : 0.1)).join(',')}`;
  });
  return `example_id,p_exact,p_substitute,p_complement,p_irrelevant\n${rows.join('\n')}\n`;
}
