import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, scratchFolder, succeed } from './shell.js';

const scratch = scratchFolder();
const clone = join(scratch, 'clone');
const installed = join(scratch, 'installed');
const elsewhere = join(scratch, 'elsewhere');
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Relative paths of all files below a folder, in order. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

// one after the other: each goes on where the last one ended
describe('from a clean clone to a report of the installed package', { concurrent: false }, () => {
  it('installs the locked dependencies with npm ci', () => {
    succeed(scratch, 'git', 'clone', '--quiet', '--no-hardlinks', ROOT, clone);
    succeed(clone, 'npm', 'ci', '--ignore-scripts', ...QUIET);
    expect(existsSync(join(clone, 'node_modules/@duckdb/node-api/package.json'))).toBe(true);
    expect(succeed(clone, 'git', 'status', '--porcelain').stdout).toBe('');
  });

  it('builds without a word, and leaves no output of a source that is gone', () => {
    const stale = ['dist/gone/old.js', 'dist/kernels/old.wasm'].map((path) => join(clone, path));
    for (const path of stale) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, '');
    }
    const { stdout, stderr } = succeed(clone, process.execPath, 'scripts/build.mjs');
    expect(stdout + stderr).toBe('');
    expect(stale.filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync(join(clone, 'dist/gone'))).toBe(false);
  });

  it('packs what it has built, the sample and the documents, and no source map', () => {
    succeed(clone, 'npm', 'pack', ...QUIET, '--pack-destination', scratch);
    mkdirSync(installed);
    writeFileSync(join(installed, 'package.json'), '{ "private": true, "type": "module" }\n');
    const tarball = readdirSync(scratch).filter((name) => name.endsWith('.tgz'));
    expect(tarball).toHaveLength(1);
    succeed(installed, 'npm', 'install', join(scratch, tarball[0]), ...QUIET);
    const files = filesIn(join(installed, 'node_modules/esci-select'));
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'dist/index.js']));
    expect(files).toEqual(expect.arrayContaining(['dist/kernels/scoring.wasm', 'datasets/README.md']));
    expect(files.filter((file) => /\.map$|\.digest$|^(src|test|bench)\//.test(file))).toEqual([]);
  });

  it('trains, ranks and reports from another folder, and writes only there', () => {
    mkdirSync(elsewhere);
    const before = filesIn(join(installed, 'node_modules/esci-select'));
    const command = join(installed, 'node_modules/esci-select/bin/esci-select.js');
    const esci = (...args: string[]) => succeed(elsewhere, process.execPath, command, ...args);
    const small = [
      '--models',
      'lexical,two-tower',
      '--max-train-rows',
      '800',
      '--folds',
      '3',
      '--no-measure',
    ];
    esci('train', ...small);
    const { stdout } = esci('rank', '--budget', '2', '--json');
    const decision = JSON.parse(stdout) as { kept: string[] };
    expect([...decision.kept].sort()).toEqual(['lexical', 'two-tower']);
    esci('report');
    const report = JSON.parse(readFileSync(join(elsewhere, 'esci-run/report/report.json'), 'utf8'));
    expect(report.decision.kept).toEqual(decision.kept);
    expect(readFileSync(join(elsewhere, 'esci-run/report/report.html'), 'utf8')).toContain('<svg');
    expect(readdirSync(elsewhere).sort()).toEqual(['esci-run']);
    expect(filesIn(join(installed, 'node_modules/esci-select'))).toEqual(before);
  });

  it('is a library that a program can import', () => {
    const program = "import { parseBudget } from 'esci-select'; console.log(parseBudget(['2']).models);";
    expect(succeed(installed, process.execPath, '--input-type=module', '--eval', program).stdout).toBe('2\n');
  });
});
