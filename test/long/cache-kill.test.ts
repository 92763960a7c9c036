import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { packAnswer, unpackAnswer } from '../../src/serving/cache/entry.js';
import { openLmdbStore } from '../../src/serving/cache/lmdb-store.js';
import { scratchFolder } from './shell.js';

const scratch = scratchFolder();
const STORE = new URL('../../dist/serving/cache/lmdb-store.js', import.meta.url).href;
const ENTRY = new URL('../../dist/serving/cache/entry.js', import.meta.url).href;

/** Writes entries as fast as it can, and says each number once its write is acknowledged. */
const WRITER = `
const { openLmdbStore } = await import(${JSON.stringify(STORE)});
const { packAnswer } = await import(${JSON.stringify(ENTRY)});
const store = await openLmdbStore(process.argv[1], 2 ** 30);
for (let at = Number(process.argv[2]); ; at++) {
  const key = 'key ' + at;
  await store.put([[key, packAnswer(key, Float32Array.of(at, at + 1, at + 2, at + 3))]]);
  process.stdout.write(at + '\\n');
}
`;

describe('a cache whose process is killed', () => {
  it('loses no entry that was acknowledged, and has none that is damaged, in 15 kills', async () => {
    const folder = join(scratch, 'cache');
    const acknowledged = new Set<number>();
    for (let kill = 0; kill < 15; kill++) {
      const from = kill * 1_000_000;
      const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, folder, String(from)]);
      const wanted = 20 + 37 * kill;
      let said = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.add(Number(line));
        if (++said === wanted) child.kill('SIGKILL');
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      expect(child.signalCode).toBe('SIGKILL');
    }
    const store = await openLmdbStore(folder, 2 ** 30);
    const numbers = [...acknowledged];
    const found = await store.get(numbers.map((at) => `key ${at}`));
    const wrong = numbers.filter((at, place) => {
      const bytes = found[place];
      const values = bytes === null ? null : unpackAnswer(`key ${at}`, bytes, 4);
      return values === null || values[0] !== at || values[3] !== at + 3;
    });
    expect(packAnswer('key 1', Float32Array.of(1)).length).toBe(12);
    expect([wrong, numbers.length > 3000]).toEqual([[], true]);
    await store.close();
  });
});
