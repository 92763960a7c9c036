import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'esci-python-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The Python of a version that pyenv has, or the one on the path if it is of that version; null without pip. */
function findPython(version: string): string | null {
  const versions = join(homedir(), '.pyenv/versions');
  const own = existsSync(versions)
    ? readdirSync(versions).filter((name) => name.startsWith(`${version}.`))
    : [];
  const candidates = [...own.map((name) => join(versions, name, 'bin/python')), `python${version}`];
  return candidates.find((python) => spawnSync(python, ['-m', 'pip', '--version']).status === 0) ?? null;
}

/** What is installed beside the wheel: the oldest numpy kept, without optional packages, and the newest with all. */
const ENVIRONMENTS = [
  { version: '3.10', packages: ['numpy<2', 'pytest'] },
  {
    version: '3.13',
    packages: [
      'numpy>=2',
      'pytest',
      'pandas',
      'polars',
      'pyarrow',
      'scikit-learn',
      'shap',
      'tqdm',
      'lightgbm',
      'xgboost-cpu==3.4.1',
      'matplotlib',
      'nbclient',
      'ipykernel',
    ],
  },
].map((environment) => ({ ...environment, python: findPython(environment.version) }));

/** The folder of commands of an environment made anew, with the wheel in it; no node is on its path. */
function makeEnvironment(
  python: string,
  version: string,
  packages: readonly string[],
  wheel: string,
): string {
  const environment = join(folder, version);
  execFileSync(python, ['-m', 'venv', environment]);
  const bin = join(environment, 'bin');
  execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', wheel, ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return bin;
}

function inEnvironment(bin: string, command: string, args: readonly string[]) {
  const env = { HOME: folder, PATH: `${bin}:/usr/bin-without-node:/bin-without-node`, TMPDIR: tmpdir() };
  return spawnSync(join(bin, command), args, { cwd: join(root, 'python'), env, encoding: 'utf8' });
}

/** Commands that train here, decide, explain and report; none reads parquet, which the bundle does without. */
const COMMANDS = [
  'train --data judgements.csv --models lexical,graphsage --run run --no-measure --threads 1 --quiet',
  'rank --run run --budget 1 --replicates 100 --quiet',
  'report --run run --out report --format html,md,json,csv',
  'explain --run run --example 3 --json',
  '--version',
  'train --help',
];

/** Judged pairs of a few queries with the products' words. */
function judgements(): string {
  const words = ['red', 'shoe', 'cable', 'lamp', 'green', 'case'];
  const labels = ['exact', 'substitute', 'complement', 'irrelevant'];
  const lines = Array.from({ length: 240 }, (_, row) => {
    const [query, label] = [Math.floor(row / 4), row % 4];
    const wanted = `${words[query % 6]} ${words[(query + 2) % 6]}`;
    const title = label === 0 ? wanted : `${words[(query + label) % 6]} ${words[(query * 3 + row) % 6]}`;
    return `${row},q${query},${wanted},p${row},us,${labels[label]},${title}`;
  });
  return ['example_id,query_id,query,product_id,product_locale,esci_label,product_title', ...lines, ''].join(
    '\n',
  );
}

/** The files below a folder, without the run's own record of times and paths. */
function filesBelow(from: string): Map<string, Buffer> {
  const entries = readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [relative(from, path), readFileSync(path)]));
}

let wheel = '';
const builder = ENVIRONMENTS.find(({ python }) => python !== null)?.python ?? null;

beforeAll(() => {
  if (builder === null) return;
  const script = join(root, 'scripts/build-python.mjs');
  wheel = execFileSync(process.execPath, [script, '--python', builder], { encoding: 'utf8' }).trim();
});

describe('the Python package', () => {
  it.skipIf(builder === null)('is one small wheel for every platform (needs pip)', () => {
    expect(wheel).toMatch(/esci_select-[\d.]+-py3-none-any\.whl$/);
    expect(statSync(wheel).size).toBeLessThan(2e6);
  });

  it.skipIf(builder === null)(
    'has a command line whose bytes are those of dist, the report among them (needs pip)',
    () => {
      const programs = [
        join(root, 'bin/esci-select.js'),
        join(root, 'python/src/esci_select/_engine/cli.js'),
      ];
      const [ours, bundled] = programs.map((program, at) => {
        const own = join(folder, `program-${at}`);
        mkdirSync(own);
        writeFileSync(join(own, 'judgements.csv'), judgements());
        const said = COMMANDS.map((words) =>
          execFileSync(process.execPath, [program, ...words.split(' ')], {
            cwd: own,
            encoding: 'utf8',
            // the history of decisions says when
            env: { ...process.env, SOURCE_DATE_EPOCH: '0' },
          }),
        );
        // how long training took is the one thing that differs
        const [trained, ...others] = said;
        return { said: [trained.replace(/^trained in .*? on /, ''), ...others], files: filesBelow(own) };
      });
      expect(bundled.said).toEqual(ours.said);
      expect([...bundled.files.keys()]).toEqual([...ours.files.keys()]);
      for (const [name, bytes] of ours.files) expect(bundled.files.get(name)?.equals(bytes), name).toBe(true);
      expect(ours.files.size).toBeGreaterThan(20);
    },
  );

  for (const { version, packages, python } of ENVIRONMENTS) {
    it.skipIf(python === null)(
      `passes its tests on Python ${version} with ${packages[0]}, without node on the path (needs pip and Python ${version})`,
      () => {
        const bin = makeEnvironment(python!, version, packages, wheel);
        const node = inEnvironment(bin, 'python', ['-c', 'import shutil; print(shutil.which("node"))']);
        expect(node.stdout.trim()).toBe('None');
        const tests = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'];
        const full = packages.includes('scikit-learn');
        const doctests = full ? ['--doctest-modules', '--pyargs', 'esci_select'] : [];
        const { status, stdout, stderr } = inEnvironment(bin, 'python', [...tests, ...doctests]);
        expect(status, `${stdout}${stderr}`.slice(-6000)).toBe(0);
        expect(stdout).toContain(' passed');
      },
      1_800_000,
    );
  }
});
