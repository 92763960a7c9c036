// Makes the Python environments that the benchmarks' peers run in: node bench/setup.mjs, or of one: node bench/setup.mjs
// cluster (Spark and Dask, for bench:cluster and test/long/cluster.test.ts), encoders (for bench:encoders). What is there is kept.
// A peer that does not install stays absent, and the benchmark lists it with the reason its import then gives.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The environments and the pinned packages of each. */
const ENVIRONMENTS = {
  main: ['.venv', 'requirements.txt'],
  fasttreeshap: ['.venv-fasttreeshap', 'requirements-fasttreeshap.txt'],
  cluster: ['.venv-cluster', 'requirements-cluster.txt'],
  encoders: ['.venv-encoders', 'requirements-encoders.txt'],
};

/** The interpreter of an environment, whether or not it is there. */
export function pythonOf(environment) {
  const [folder] = ENVIRONMENTS[environment];
  return join(here, folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** Makes the environments that are missing, of those named; returns, by environment, what did not install and why. */
export function setUp(names = ['main', 'fasttreeshap']) {
  const failures = {};
  for (const environment of names) {
    const [folder, list] = ENVIRONMENTS[environment];
    if (existsSync(pythonOf(environment))) continue;
    process.stderr.write(`installing ${list} into ${folder}\n`);
    failures[environment] = install(environment, join(here, folder), join(here, list));
  }
  return failures;
}

function install(environment, folder, list) {
  const made = spawnSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 2, 2] });
  if (made.status !== 0)
    return [`python3 -m venv failed (${made.error?.message ?? `status ${made.status}`})`];
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
