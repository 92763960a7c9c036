import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddingStore } from '../../../src/models/encoder/store.js';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'embeddings-')), 'kept');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const bytes = (...values: number[]) => Uint8Array.of(...values);
const open = async () => {
  const damaged: string[] = [];
  const store = await EmbeddingStore.open(folder, (path) => damaged.push(path));
  return { store, damaged };
};

describe('what is kept of a language model', () => {
  it('is there again for whoever opens the folder', async () => {
    const { store } = await open();
    await store.add([
      ['a', bytes(1, 2, 3)],
      ['b', bytes()],
      ['c', bytes(10, 10)],
    ]);
    await store.add([['d', bytes(4)]]);
    for (const each of [store, (await open()).store]) {
      expect(['a', 'b', 'c', 'd', 'e'].map((key) => each.has(key))).toEqual([true, true, true, true, false]);
      expect(['a', 'b', 'c', 'd'].map((key) => [...each.read(key)])).toEqual([[1, 2, 3], [], [10, 10], [4]]);
    }
    expect(() => store.read('e')).toThrow(expect.objectContaining({ code: 'internal' }));
  });

  it('has the same files whatever the order in which they were written', async () => {
    const { store } = await open();
    await store.add([['a', bytes(1)]]);
    await store.add([['b', bytes(2)]]);
    const files = () => readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'hex')]);
    const before = files();
    rmSync(folder, { recursive: true });
    const again = (await open()).store;
    await again.add([['b', bytes(2)]]);
    await again.add([['a', bytes(1)]]);
    expect(files()).toEqual(before);
  });

  it('is told of, deleted and forgotten where any byte of it has changed', async () => {
    const entry = [['a', bytes(1, 2, 3)]] as const;
    await (await open()).store.add(entry);
    const [name] = readdirSync(folder);
    const path = join(folder, name);
    const whole = readFileSync(path);
    for (const at of whole.keys()) {
      const changed = Uint8Array.from(whole);
      changed[at] ^= 1;
      writeFileSync(path, changed);
      const { store, damaged } = await open();
      expect([damaged, store.has('a')], `byte ${at}`).toEqual([[path], false]);
      expect(readdirSync(folder)).toEqual([]);
    }
    for (const size of [0, 10, 64, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, size);
      expect((await open()).damaged).toEqual([path]);
    }
    writeFileSync(path, whole);
    expect((await open()).damaged).toEqual([]);
  });

  it('is missed by name where a file is cut while it is in use', async () => {
    const { store } = await open();
    await store.add([['a', bytes(1, 2, 3)]]);
    const [name] = readdirSync(folder);
    truncateSync(join(folder, name), 70);
    expect(() => store.read('a')).toThrow(expect.objectContaining({ code: 'io', path: join(folder, name) }));
    rmSync(join(folder, name));
    expect(() => store.read('a')).toThrow(expect.objectContaining({ code: 'io' }));
  });
});
