import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const INPUTS = 500;
const RUN_CASES = 100;

it('500 damaged inputs and 100 damaged runs: no hang, no signal, no exit 70, nothing accepted in silence', () => {
  const out = mkdtempSync(join(tmpdir(), 'esci-fuzz-report-'));
  const sizes = ['--inputs', String(INPUTS), '--run-cases', String(RUN_CASES)];
  const { stderr } = spawnSync(
    process.execPath,
    ['scripts/fuzz.mjs', ...sizes, '--seed', '4', '--out', out],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const counts = JSON.parse(readFileSync(join(out, 'fuzz.json'), 'utf8'));
  rmSync(out, { recursive: true, force: true });
  expect(counts, stderr).toMatchObject({
    inputs: INPUTS,
    runCases: RUN_CASES,
    defects: { hangs: 0, signals: 0, internalErrors: 0, silentAcceptances: 0, withoutPath: 0 },
  });
  expect(counts.throughTheProgram).toBeGreaterThanOrEqual(5);
});
