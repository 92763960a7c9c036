import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Check, diskSpace, KERNELS, memoryCheck, nodeCheck } from '../../src/pipeline/machine.js';
import { esciSelect } from './spawn.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const GIB = 2 ** 30;

describe('esci-select doctor', () => {
  it('finds this machine fit, and leaves nothing behind', () => {
    const { status, stdout } = esciSelect('doctor', '--run', join(folder, 'new', 'run'), '--json');
    expect(status).toBe(0);
    const { schema, checks } = JSON.parse(stdout) as { schema: string; checks: Check[] };
    expect(schema).toBe('esci-select/doctor/1');
    const found = new Map(checks.map((check) => [check.name, check]));
    for (const name of [
      'Node.js',
      'WebAssembly SIMD',
      'threads',
      'kernels',
      'TensorFlow.js',
      'DuckDB',
      'write access',
    ]) {
      expect(found.get(name), name).toMatchObject({ status: 'ok' });
    }
    expect(found.get('Node.js')!.found).toContain(process.versions.node);
    expect(found.get('native TensorFlow')!.found).toMatch(/not installed|\d+\.\d+/);
    expect(found.get('ONNX runtime')).toMatchObject({
      status: 'ok',
      found: expect.stringMatching(/onnxruntime-(node|web) \d+\.\d+\.\d+.*loads/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends with exit code 1 and says what to do where runs cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const { status, stdout, stderr } = esciSelect('doctor', '--run', join(folder, 'file', 'run'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ERROR {4}write access .*\n +hint: give another folder with --run$/m);
    expect(stderr).toContain('1 of 12 checks found an error');
    rmSync(join(folder, 'file'));
  });

  it('tries every kernel there is a source of', () => {
    const sources = readdirSync(join(import.meta.dirname, '../../src/kernels/assembly'));
    const names = sources.filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -3));
    expect([...KERNELS]).toEqual(names.sort());
  });

  it('knows what is too old and too little', () => {
    const status = (version: string) => nodeCheck(version).status;
    expect(['18.20.0', '20.18.3', '20.19.0', '22.0.0'].map(status)).toEqual(['error', 'error', 'ok', 'ok']);
    const memory = (free: number) => memoryCheck({ total: 4 * GIB, free, heap: 2 * GIB });
    expect(memory(2 * GIB).status).toBe('ok');
    expect(memory(GIB / 2)).toMatchObject({
      status: 'warning',
      found: '0.5 GiB free of 4.0 GiB, JavaScript heap at most 2.0 GiB',
    });
    expect([3 * GIB, GIB, 1000].map((free) => diskSpace(free).status)).toEqual(['ok', 'warning', 'error']);
  });
});
