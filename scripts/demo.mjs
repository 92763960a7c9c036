// `npm run demo`: on a fresh clone, installs and builds, then runs the main job on the simulated sample.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

function step(title, ...args) {
  console.log(`\n\x1b[1m${title}\x1b[0m\n$ esci-select ${args.join(' ')}`);
  const result = spawnSync(process.execPath, ['bin/esci-select.js', ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) process.exit(result.status ?? 70);
}

setUp();
step(
  '1. The data: a simulated sample in the layout of Amazon’s Shopping Queries',
  'data',
  'inspect',
  'datasets/sample',
);
step(
  '2. Train text and graph models, combine them with boosted trees, take Shapley values (about three minutes on 2 cores)',
  'train',
  '--run',
  'demo-run',
);
step('3. Rank the models and keep the best two', 'rank', '--run', 'demo-run', '--budget', '2');
step('4. The report', 'report', '--run', 'demo-run');
