import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { readModelFile } from '../../src/ensemble/xgboost/model-file.js';
import { refusal, soundModel } from './sound-model.js';

describe('files of other formats are refused with the way to export them', () => {
  it.each([
    ['a pickle', Buffer.from('\x80\x05\x95\x00\x00', 'latin1'), 'pickle'],
    ['a pickle read as text', Buffer.from('\x80\x05\x95', 'latin1').toString(), 'pickle'],
    ['joblib with zlib', Buffer.from('x\x9cabc', 'latin1'), 'compressed'],
    ['joblib with gzip', Buffer.from('\x1f\x8b\x08', 'latin1'), 'compressed'],
    ['UBJ', Buffer.from('{L\x00\x00\x00\x00\x00\x00\x00\x07learner', 'latin1'), 'UBJ'],
    ['UBJ with a short length', Buffer.from('{i\x07learner', 'latin1'), 'UBJ'],
    ['the old binary format', 'binf\x00\x00', 'old binary'],
    ['bytes that are no text', Buffer.from([0x22, 0xff, 0xfe]), 'not UTF-8'],
  ])('%s', (_, content, message) => {
    const error = refusal(content);
    expect(error.code).toBe('model');
    expect(error.message).toContain(message);
    expect(error.hint).toContain('save_model("model.json")');
  });

  it.each([
    ['LightGBM text', 'tree\nversion=v4\nnum_class=4\n'],
    ['LightGBM text with CRLF', 'tree\r\nversion=v4\r\n'],
  ])('%s', (_, content) => {
    const error = refusal(content);
    expect(error.message).toContain('LightGBM');
    expect(error.hint).toContain('readEnsemble');
  });

  it('broken JSON, even where it also holds NaN, with the reason on one line', () => {
    expect(refusal('').message).toContain('not valid JSON');
    expect(refusal(JSON.stringify(soundModel()).slice(0, -3)).message).toContain('not valid JSON');
    expect(refusal('{"learner": [NaN}').message).toContain('not valid JSON');
    expect(refusal('[1,\n2').message).not.toContain('\n');
  });
});

describe('readModelFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-model-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads a model from disk', async () => {
    const path = join(folder, 'model.json');
    writeFileSync(path, JSON.stringify(soundModel()));
    expect(await readModelFile(path)).toEqual(fromXgboostJson(soundModel()));
  });

  it('refuses what is not there, and what is larger than a string can be, before reading it', async () => {
    const missing = join(folder, 'none.json');
    await expect(readModelFile(missing)).rejects.toMatchObject({ code: 'io', path: missing });
    const large = join(folder, 'large.json');
    writeFileSync(large, '{');
    truncateSync(large, 2 ** 29);
    await expect(readModelFile(large)).rejects.toMatchObject({ code: 'model', path: large });
  });
});
