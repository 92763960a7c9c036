// Makes the Python environments that the benchmarks' peers run in, and the library of the peer in Rust: node bench/setup.mjs, or
// of one: node bench/setup.mjs cluster (Spark and Dask, for bench:cluster and test/long/cluster.test.ts), encoders (for
// bench:encoders). What is there is kept. A peer that does not install stays absent, and the benchmark lists it with the
// reason its import then gives.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The environments and the pinned packages of each; 'newest': made with the newest Python that is there. */
const ENVIRONMENTS = {
  main: ['.venv', 'requirements.txt', 'newest'],
  fasttreeshap: ['.venv-fasttreeshap', 'requirements-fasttreeshap.txt'],
  cluster: ['.venv-cluster', 'requirements-cluster.txt'],
  encoders: ['.venv-encoders', 'requirements-encoders.txt'],
};

/** The interpreter of an environment, whether or not it is there. */
export function pythonOf(environment) {
  const [folder] = ENVIRONMENTS[environment];
  return join(here, folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** Libraries in Rust: the crate that makes each, and where it is then (cargo names it so on Linux). */
const CRATES = {
  treeshap: [join(here, 'engine/treeshap'), join(here, '.treeshap'), 'release/libtreeshap_peer.so'],
};

/** Makes the environments and libraries that are missing, of those named; returns, by name, what did not install and why. */
export function setUp(names = ['main', 'fasttreeshap', 'treeshap']) {
  const failures = {};
  for (const environment of names) {
    if (environment in CRATES) {
      failures[environment] = build(...CRATES[environment]);
      continue;
    }
    const [folder, list] = ENVIRONMENTS[environment];
    if (existsSync(pythonOf(environment))) continue;
    process.stderr.write(`installing ${list} into ${folder}\n`);
    failures[environment] = install(environment, join(here, folder), join(here, list));
  }
  return failures;
}

/** Builds a crate in `folder` into `target`, unless `library` is there. */
function build(folder, target, library) {
  if (existsSync(join(target, library))) return [];
  process.stderr.write(`building ${folder}\n`);
  const flags = ['build', '--release', '--target-dir', target];
  const { status, error } = spawnSync('cargo', flags, { cwd: folder, stdio: ['ignore', 2, 2] });
  return status === 0 ? [] : [`cargo build failed (${error?.message ?? `status ${status}`})`];
}

/** Python versions that the pinned packages of a 'newest' environment have builds for. */
const PYTHONS = ['3.14', '3.13', '3.12'];

/** The newest of those Pythons that starts, on the path or among pyenv's; python3 without any. */
function newestPython() {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const own = existsSync(pyenv) ? readdirSync(pyenv) : [];
  const candidates = PYTHONS.flatMap((version) => [
    `python${version}`,
    ...own.filter((name) => name.startsWith(`${version}.`)).map((name) => join(pyenv, name, 'bin/python')),
  ]);
  const starts = (python) => spawnSync(python, ['-c', 'import venv'], { stdio: 'ignore' }).status === 0;
  return candidates.find(starts) ?? 'python3';
}

function install(environment, folder, list) {
  const python = ENVIRONMENTS[environment][2] === 'newest' ? newestPython() : 'python3';
  const made = spawnSync(python, ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
  if (made.status !== 0)
    return [`${python} -m venv failed (${made.error?.message ?? `status ${made.status}`})`];
  const pip = (...what) =>
    spawnSync(pythonOf(environment), ['-m', 'pip', 'install', '--no-deps', ...what], {
      stdio: ['ignore', 2, 'pipe'],
    });
  if (pip('-r', list).status === 0) return [];
  // together they do not install: one by one, so that one package without a build costs one peer only
  const packages = readFileSync(list, 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  return packages.flatMap((name) => {
    const { status, stderr } = pip(name);
    return status === 0 ? [] : [`${name}: ${stderr.toString().trim().split('\n').at(-1)}`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  for (const [environment, lines] of Object.entries(setUp(named.length > 0 ? named : undefined))) {
    for (const line of lines) console.log(`${environment}: ${line}`);
  }
}
