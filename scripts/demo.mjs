// `npm run demo`: on a fresh clone, installs and builds, then runs the main job on the simulated sample and says what to do next.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What is said before anything is run. */
export const BEGINNING = [
  'A search team has five models that say of a query and a product: exact, substitute, complement or irrelevant.',
  'Which of them are worth running? The data is a simulated sample, in the layout of Amazon’s Shopping Queries.',
];

/** The commands, each with what it is for and how to read it; of the last only what it wrote is shown: its words are those of the decision. */
export const STEPS = [
  {
    title:
      '1. Train the models, combine them, and see how much each contributes (about three minutes on 2 cores)',
    args: ['train', '--run', 'demo-run'],
  },
  {
    title: '2. Decide: which two models to keep, and what is lost by it',
    reading:
      'The first sentence is the decision, the tables are its reasons. Scores are between 0 and 1, macro F1 counts a rare class as much as a frequent one, and 95% intervals stand in brackets: “within noise” is what these rows cannot tell apart.',
    args: ['rank', '--run', 'demo-run', '--budget', '2'],
  },
  {
    title: '3. Write it down as a page',
    args: ['report', '--run', 'demo-run', '--title', 'The demo: which models to run'],
    only: /^wrote /,
  },
];

/** What is said at the end. */
export const ENDING = [
  'Open demo-run/report/report.html in a browser: the decision, its reasons, and what other budgets would buy.',
  '',
  'With files of your own, judged pairs and what your models say of them:',
  '  $ node bin/esci-select.js data inspect judgements.csv --predictions my-models/',
  '  $ node bin/esci-select.js train --data judgements.csv --models none --predictions my-models/ --run my-run',
  '  $ node bin/esci-select.js rank --run my-run',
  '  $ node bin/esci-select.js rank --run my-run --budget latency_ms=25',
  '  $ node bin/esci-select.js report --run my-run',
  'And what was kept answers over HTTP, with a page to try it:',
  '  $ node bin/esci-select.js export --run demo-run --out demo-bundle',
  '  $ node bin/esci-select.js serve --bundle demo-bundle',
  'docs/how-to-import.md says which files are read, docs/tutorial.md goes through the rest.',
];

/** A text for the terminal: as wide as that is, no word broken. What is imported is there once `setUp` has built it. */
export async function fitted(text, columns = process.stdout.columns ?? Number.POSITIVE_INFINITY) {
  const { fitText } = await import('../dist/cli/width.js');
  return fitText(text, columns);
}

async function say(text) {
  console.log(await fitted(text));
}

async function run({ title, reading, args, only }) {
  const shown = args.map((word) => (word.includes(' ') ? `'${word}'` : word)).join(' ');
  await say(`\n\x1b[1m${title}\x1b[0m`);
  if (reading !== undefined) await say(reading);
  await say(`$ esci-select ${shown}`);
  const result = spawnSync(process.execPath, ['bin/esci-select.js', ...args], {
    cwd: root,
    stdio: ['inherit', only === undefined ? 'inherit' : 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (result.status !== 0) process.exit(result.status ?? 70);
  if (only === undefined) return;
  for (const line of result.stdout.split('\n')) if (only.test(line)) console.log(line);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp();
  await say(`\n${BEGINNING.join('\n')}`);
  for (const step of STEPS) await run(step);
  await say(`\n\x1b[1mDone.\x1b[0m ${ENDING.join('\n')}`);
}
