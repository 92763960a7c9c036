// Makes the Python package's wheel: bundles the engine into python/src/esci_select/_engine, then lets pip build
// python/dist/esci_select-VERSION-py3-none-any.whl. `npm run build:python -- [--python PATH]`; needs dist, and a Python with pip.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: { python: { type: 'string', default: 'python3' }, 'bundle-only': { type: 'boolean' } },
});
const MOST_BYTES = 2e6;

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    console.error(`error: ${command} ${args.join(' ')} failed`);
    process.exit(status || 70);
  }
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
run(process.execPath, [
  join(root, 'scripts/bundle-python.mjs'),
  join(root, 'python/src/esci_select/_engine'),
]);
writeFileSync(
  join(root, 'python/src/esci_select/_version.py'),
  `"""The version, of package.json: scripts/build-python.mjs writes it."""\n\n__version__ = "${version}"\n`,
);
if (!values['bundle-only']) {
  const out = join(root, 'python/dist');
  rmSync(out, { recursive: true, force: true });
  run(values.python, [
    '-m',
    'pip',
    'wheel',
    '--no-deps',
    '--quiet',
    '--wheel-dir',
    out,
    join(root, 'python'),
  ]);
  const [wheel] = readdirSync(out).filter((name) => name.endsWith('.whl'));
  const { size } = statSync(join(out, wheel));
  if (size > MOST_BYTES) {
    console.error(`error: ${wheel} has ${size} bytes, at most ${MOST_BYTES} are due`);
    process.exit(1);
  }
  console.log(join(out, wheel));
  console.error(`${(size / 1e6).toFixed(2)} MB`);
}
