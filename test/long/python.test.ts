import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
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
        expect(`${stdout}${stderr}`.slice(-4000)).toContain(' passed');
        expect(status).toBe(0);
      },
      1_800_000,
    );
  }
});
