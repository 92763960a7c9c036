import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fenced, ROOT } from '../docs/markdown.js';
import { makeTask } from '../pipeline/task.js';

const task = makeTask({ queries: 20 });
const tutorial = mkdtempSync(join(tmpdir(), 'esci-tutorial-'));
afterAll(() => {
  for (const folder of [task.folder, tutorial]) rmSync(folder, { recursive: true });
});

/** A folder with `esci-select` in it, as a shell finds it. */
const bin = join(task.folder, 'bin');
mkdirSync(bin);
writeFileSync(
  join(bin, 'esci-select'),
  `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/esci-select.js')}" "$@"\n`,
);
chmodSync(join(bin, 'esci-select'), 0o755);

function shell(cwd: string, script: string, more: Record<string, string> = {}) {
  const env = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    NO_COLOR: '1',
    GITHUB_STEP_SUMMARY: '',
    ...more,
  };
  return spawnSync('sh', ['-e', '-c', script], { cwd, encoding: 'utf8', env });
}

/** Makes every command of a folder small, without changing what is typed. */
function makeSmall(folder: string, config: object): void {
  writeFileSync(join(folder, 'esci-select.config.json'), JSON.stringify(config));
}

const FAST = { folds: 3, rounds: 10, 'learning-rate': 0.2 };

/** The blocks of a document marked `sh`, run one after the other in a folder. */
function runDocument(name: string, folder: string): string {
  const blocks = fenced(readFileSync(join(ROOT, 'docs', name), 'utf8'), 'sh');
  expect(blocks.length).toBeGreaterThan(2);
  return blocks
    .map((block) => {
      const { status, stdout, stderr } = shell(folder, block);
      expect(status, `${block}${stderr}`).toBe(0);
      return stdout;
    })
    .join('\n');
}

/** Each test runs a dozen commands; on a busy machine that takes a while. */
const PATIENCE = { timeout: 240_000 };

describe.skipIf(process.platform === 'win32')(
  'commands in the documents (skipped on Windows: they are of a shell)',
  PATIENCE,
  () => {
    it('of the tutorial run, on the Spanish part of the sample with one model', () => {
      symlinkSync(join(ROOT, 'datasets'), join(tutorial, 'datasets'));
      makeSmall(tutorial, {
        common: { threads: 1 },
        train: { ...FAST, folds: 2, models: 'lexical', locales: ['es'], 'dataset-version': 'small' },
        rank: { replicates: 100 },
      });
      const out = runDocument('tutorial.md', tutorial);
      expect(out).toContain('pruned ensemble');
      expect(out).toMatch(/^query {4}maquina barista rosa$/m);
      expect(out).toContain('passed macroF1 drop > 0.005');
      expect(existsSync(join(tutorial, 'esci-run/report/report.html'))).toBe(true);
    });

    it('of the how-to run, on small files of the names it uses', () => {
      makeSmall(task.folder, { common: { threads: 1 }, train: FAST, rank: { replicates: 100 } });
      const out = runDocument('how-to-import.md', task.folder);
      expect(out).toMatch(/^Within 2 models: keep .*\(2 of 2\)\. Pruning (costs|gains) /m);
      expect(existsSync(join(task.folder, 'my-run/report/report.html'))).toBe(true);
    });

    it('of the how-to for CI run, on small files of the names it uses', () => {
      makeSmall(task.folder, { common: { threads: 1 }, train: FAST, rank: { replicates: 100 } });
      const out = runDocument('how-to-ci.md', task.folder);
      expect(out).toContain('passed macroF1 drop > 0.02');
      expect(out).toContain('why=cheap');
      expect(existsSync(join(task.folder, 'judged/junit.xml'))).toBe(true);
    });

    it('of the script for CI make a report, judge it by the committed one, and leave the Markdown', () => {
      const commit = 'esci-select report --run my-run --format json,paired --out committed';
      expect(shell(task.folder, commit)).toMatchObject({ status: 0 });
      mkdirSync(join(task.folder, 'worse'));
      cpSync(join(task.folder, 'predictions/noise.csv'), join(task.folder, 'worse/noise.csv'));
      const summary = join(task.folder, 'summary.md');
      const judged = shell(task.folder, `sh '${join(ROOT, 'docs/ci/regenerate.sh')}' committed`, {
        ESCI_SELECT: 'esci-select',
        TRAIN: '--data judgements.csv --models none --predictions worse --no-measure --quiet',
        GITHUB_STEP_SUMMARY: summary,
        MARKDOWN: 'comment.md',
      });
      expect(judged.status, judged.stderr).toBe(1);
      const failed = '| accuracy significantly worse | FAILED |';
      expect(readFileSync(join(task.folder, 'comment.md'), 'utf8')).toContain(failed);
      expect(readFileSync(summary, 'utf8')).toContain(failed);
      expect(existsSync(join(task.folder, 'committed/report.html'))).toBe(true);
    });
  },
);
