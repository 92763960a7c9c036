// `npm run native:build`: makes @tensorflow/tfjs-node usable where its own installer cannot download its binary, from
// what the npm registry and PyPI serve. docs/native-tensorflow.md says why each step is as it is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';
/** The release whose C API that version of the package is written for, and the wheel that holds it for Linux on x64. */
const TENSORFLOW = '2.15.1';
const WHEEL_SHA256 = '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** Folders of the wheel's `tensorflow/include` that the binding's two sources reach. */
const HEADERS = ['tensorflow/c', 'tensorflow/core/platform', 'tensorflow/tsl', 'tsl'];

/** Unpacks the members of a zip file below given paths: unzip(file, target, paths...). */
const UNZIP = `
import sys, zipfile
file, target, *paths = sys.argv[1:]
with zipfile.ZipFile(file) as wheel:
    wheel.extractall(target, [name for name in wheel.namelist() if name.startswith(tuple(paths))])
`;

/** Says what is wrong and what to do, and ends the process as a command used wrongly does. */
function refuse(problem, hint) {
  console.error(`error: ${problem}\nhint: ${hint}`);
  process.exit(2);
}

/** Runs a command with its output shown; ends this process where it fails. */
function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(`error: ${command} ${args[0]} failed: ${error?.message ?? `exit code ${status}`}`);
  process.exit(status ?? 70);
}

/** The folder of the C headers of the Node that runs this. */
function nodeHeaders() {
  const folder = join(dirname(process.execPath), '../include/node');
  if (existsSync(join(folder, 'node_api.h'))) return folder;
  return refuse(`the headers of this Node are not in ${folder}`, 'use a Node unpacked from its own archive');
}

function checkMachine() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    refuse(
      `there is no recipe for ${process.platform} ${process.arch}`,
      `npm install --save-dev ${PACKAGE}@${VERSION}`,
    );
  }
  for (const [command, ...args] of [
    ['python3', '-m', 'pip', '--version'],
    ['g++', '--version'],
    ['npm', '--version'],
  ]) {
    if (spawnSync(command, args).status === 0) continue;
    refuse(`${[command, ...args].join(' ')} does not work`, 'install Python 3 with pip, and g++');
  }
}

/** The package's JavaScript and sources, without its installer; as an optional peer it is only installed with --save-dev. */
function installPackage() {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', 'install', '--no-save', '--save-dev', '--ignore-scripts', ...quiet, `${PACKAGE}@${VERSION}`);
  const folder = join(process.cwd(), 'node_modules', PACKAGE);
  if (existsSync(folder)) return folder;
  return refuse(`npm did not install ${PACKAGE}`, 'run this where package.json and node_modules are');
}

/** Libraries and headers from the wheel, which is checked by its hash. Returns where the headers are. */
function unpackWheel(target, scratch) {
  const pinned = join(scratch, 'requirements.txt');
  writeFileSync(pinned, `tensorflow-cpu==${TENSORFLOW} --hash=sha256:${WHEEL_SHA256}\n`);
  const system = ['--implementation', 'cp', '--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
  const how = ['-q', '--no-deps', '--require-hashes', '--only-binary=:all:', ...system];
  run('python3', '-m', 'pip', 'download', ...how, '-d', scratch, '-r', pinned);
  const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl'));
  const libraries = LIBRARIES.map((name) => `tensorflow/${name}`);
  const headers = HEADERS.map((name) => `tensorflow/include/${name}/`);
  run('python3', '-c', UNZIP, join(scratch, wheel), scratch, ...libraries, ...headers);
  mkdirSync(target, { recursive: true });
  for (const name of LIBRARIES) run('mv', join(scratch, 'tensorflow', name), join(target, name));
  return join(scratch, 'tensorflow/include');
}

function compile(folder, libraries, headers) {
  const out = join(folder, 'lib/napi-v8');
  mkdirSync(out, { recursive: true });
  const made = join(out, 'tfjs_binding.node.new');
  run(
    'g++',
    ...['-shared', '-O2', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'],
    ...[nodeHeaders(), headers].flatMap((include) => ['-isystem', include]),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((source) => join(folder, 'binding', source)),
    ...['-L', libraries, ...LIBRARIES.map((name) => `-l:${name}`), '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ...['-o', made],
  );
  renameSync(made, join(out, 'tfjs_binding.node'));
}

checkMachine();
nodeHeaders();
const scratch = mkdtempSync(join(tmpdir(), 'native-tensorflow-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const say = (step) => console.error(`[native] ${step}`);
say(`installing ${PACKAGE} ${VERSION} without its installer`);
const folder = installPackage();
say(`downloading TensorFlow ${TENSORFLOW} (207 MB) and unpacking its libraries (614 MB)`);
const libraries = join(folder, 'deps/lib');
const headers = unpackWheel(libraries, scratch);
say('compiling the binding');
compile(folder, libraries, headers);
say('done: esci-select doctor tries it, esci-select train --backend tensorflow uses it');
