// `npm run example`: makes reports/example again from the simulated sample; `npm run check:example` (with --check) makes it
// in a temporary folder and fails where a byte differs from what is committed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { differences } from './folders.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const committed = join(root, 'reports/example');

/** The commands that reports/README.md names: no measured latency, so that every byte is the same every time. */
const COMMANDS = [['train', '--no-measure'], ['rank', '--budget', '2'], ['report']];

/** What the committed files were made on; elsewhere the last digits of trained numbers may differ. */
const MADE_ON = { arch: 'x64', node: '20' };

function esciSelect(args) {
  const { status } = spawnSync(process.execPath, [join(root, 'bin/esci-select.js'), ...args, '--quiet'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 70);
}

/** Makes the example in a folder that is not there yet. */
function makeExample(run, out) {
  for (const [command, ...args] of COMMANDS) {
    console.error(`[example] esci-select ${[command, ...args].join(' ')}`);
    esciSelect([command, '--run', run, ...args, ...(command === 'report' ? ['--out', out] : [])]);
  }
}

const scratch = mkdtempSync(join(tmpdir(), 'esci-example-'));
try {
  const made = join(scratch, 'report');
  makeExample(join(scratch, 'run'), made);
  if (process.argv.includes('--check')) check(made);
  else replace(made);
} finally {
  rmSync(scratch, { recursive: true });
}

function replace(made) {
  rmSync(committed, { recursive: true, force: true });
  cpSync(made, committed, { recursive: true });
  console.log('reports/example is made again; look at the difference before you commit it');
}

function check(made) {
  const found = differences(committed, made);
  if (found.length === 0) {
    console.log('reports/example is what the program makes, byte by byte');
    return;
  }
  console.error(`reports/example is not what the program makes: ${found.length} files differ`);
  for (const line of found) console.error(`  ${line}`);
  const node = process.versions.node.split('.')[0];
  if (process.arch !== MADE_ON.arch || node !== MADE_ON.node) {
    console.error(
      `The committed files were made by Node ${MADE_ON.node} on ${MADE_ON.arch}, and this is Node ${node} on ${process.arch}: ` +
        'exp and log may round otherwise there, and so may everything trained with them.',
    );
  }
  console.error('Where the change is meant: npm run example, and commit reports/example.');
  process.exitCode = 1;
}
