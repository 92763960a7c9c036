import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { casePath, readCase } from '../ensemble/foreign-case.js';
import { temporaryFolder } from '../io/helpers.js';
import { columnOf, merged, streamOf, work } from '../pipeline/worker-streams.js';

const built = fileURLToPath(new URL('../../dist/worker', import.meta.url));
const own = readCase('xgboost-missing');
const names = Object.keys(own.table);
const rows = streamOf(
  names.map((name) => columnOf(name, own.table[name])),
  5,
);

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the bundle from a folder of its own, which no node_modules is above. */
function bundled(args: readonly string[], input: Uint8Array): Promise<Ended> {
  const folder = join(temporaryFolder(), 'worker');
  cpSync(built, folder, { recursive: true });
  const child = spawn(process.execPath, [join(folder, 'esci-select-worker.js'), ...args], { cwd: folder });
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {}); // it may end before it has read all
  child.stdin.end(input);
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
  });
}

describe('the bundled worker', () => {
  it('answers without node_modules as the library does, with a line of JSON on stderr', async () => {
    const ensemble = casePath('xgboost-missing');
    const { code, stdout, stderr } = await bundled(
      ['attribute', '--ensemble', ensemble],
      Buffer.concat(rows),
    );
    expect([code, stderr.trim().split('\n').length]).toEqual([0, 1]);
    expect(JSON.parse(stderr)).toMatchObject({ schema: 'esci-select/worker/1', rows: own.margins.length });
    const lines = tableFromIPC(stdout)
      .toArray()
      .map((row) => row.toJSON());
    const here = await work({ ensemble, emit: 'sums', flush: 'stream', bootstrap: 0, seed: 1 }, rows);
    expect(merged([{ ...here, lines }])).toBe(merged([here]));
  });

  it('ends with the code of what went wrong', async () => {
    const cut = await bundled(
      ['attribute', '--ensemble', casePath('xgboost-missing')],
      Buffer.concat(rows).subarray(0, 900),
    );
    expect(cut.code).toBe(3);
    expect(cut.stderr).toMatch(/stdin: arrow stream is cut off or corrupt/);
    const usage = await bundled(['attribute'], Buffer.alloc(0));
    expect(usage.code).toBe(2);
    expect(usage.stderr).toMatch(/--ensemble/);
  });
});
