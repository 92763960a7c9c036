import { describe, expect, it } from 'vitest';
import { LOOKUP_PLACES, LOOKUP_RECORDS } from '../../src/attribution/lookup/records.js';
import { TABLE_PLACES, TABLE_RECORDS } from '../../src/attribution/lookup/table-memory.js';
import { POOL_RECORDS } from '../../src/ensemble/pool/pool-memory.js';
import { SCORING_PLACES, SCORING_RECORDS } from '../../src/ensemble/scoring/records.js';
import { TRAINING_RECORDS, TRAINING_SIZES } from '../../src/ensemble/training/records.js';
import { checkRecords, layOutRecord, writeRecord } from '../../src/kernels/records.js';
import { instantiateShared, loadKernels, sharedMemory } from '../../src/kernels/wasm.js';

describe('records', () => {
  it('lie as the compiler lays them out, each field at a multiple of its size', () => {
    const record = layOutRecord({ kind: 'u32', score: 'f64', part: 'f32', mask: 'u64', last: 'u32' });
    expect(record.at).toEqual({ kind: 0, score: 8, part: 16, mask: 24, last: 32 });
    expect(record.bytes).toBe(36);
  });

  it('are written field by field', () => {
    const buffer = new ArrayBuffer(64);
    const views = {
      words: new Uint32Array(buffer),
      floats: new Float32Array(buffer),
      doubles: new Float64Array(buffer),
    };
    const record = layOutRecord({ kind: 'u32', score: 'f64', part: 'f32' });
    writeRecord(views, record, 16, { part: 0.5, score: -1e300, kind: 7 });
    const view = new DataView(buffer);
    expect([view.getUint32(16, true), view.getFloat64(24, true), view.getFloat32(32, true)]).toEqual([
      7, -1e300, 0.5,
    ]);
  });

  it('of boosting are those of the compiled kernels', () => {
    const kernels: object = instantiateShared('training', sharedMemory(65_536));
    const named = Object.keys(kernels).filter((name) => name.includes('.'));
    expect(named.length).toBeGreaterThan(120);
    expect(() => checkRecords(kernels, TRAINING_RECORDS, TRAINING_SIZES)).not.toThrow();
  });

  it('of scoring, attribution and pools are those of the compiled kernels', () => {
    const { functions: scoring } = loadKernels<object>('scoring', 65_536);
    expect(() => checkRecords(scoring, SCORING_RECORDS, SCORING_PLACES)).not.toThrow();
    const { functions: attribution } = loadKernels<object>('attribution', 65_536);
    expect(() => checkRecords(attribution, LOOKUP_RECORDS, LOOKUP_PLACES)).not.toThrow();
    const { functions: tables } = loadKernels<object>('tables', 65_536);
    expect(() => checkRecords(tables, TABLE_RECORDS, TABLE_PLACES)).not.toThrow();
    const { functions: pool } = loadKernels<object>('pool', 65_536);
    expect(() => checkRecords(pool, POOL_RECORDS)).not.toThrow();
    const moved = { ...LOOKUP_PLACES, lanes: 32 };
    expect(() => checkRecords(attribution, LOOKUP_RECORDS, moved)).toThrow(
      expect.objectContaining({ message: "kernel record 'place.lanes' is at 64, expected 32" }),
    );
  });

  it('are refused where the kernels have a field more, less or elsewhere', () => {
    const ours = { node: layOutRecord({ gain: 'f64', left: 'u32' }) };
    const theirs = { 'node.gain': { value: 0 }, 'node.left': { value: 8 }, 'node.bytes': { value: 12 } };
    expect(() => checkRecords(theirs, ours)).not.toThrow();
    const message = (name: string) =>
      expect.objectContaining({ code: 'internal', message: expect.stringContaining(`record '${name}'`) });
    expect(() => checkRecords({ ...theirs, 'node.left': { value: 4 } }, ours)).toThrow(message('node.left'));
    expect(() => checkRecords({ ...theirs, 'node.open': { value: 12 } }, ours)).toThrow(message('node.open'));
    expect(() => checkRecords({ ...theirs, 'node.bytes': { value: 16 } }, ours)).toThrow(
      message('node.bytes'),
    );
    expect(() => checkRecords({}, ours)).toThrow(message('node.gain'));
  });
});
