import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Checkpoints } from '../../src/run/checkpoint.js';
import { scratchFolder } from './helpers.js';

const scratch = scratchFolder();
let folders = 0;
const newFolder = () => join(scratch, `checkpoints-${folders++}`);

describe('checkpoints', () => {
  it('give back what was saved, under any name', async () => {
    const checkpoints = new Checkpoints(newFolder(), 'key');
    const saved = new Map<string, Uint8Array>();
    const names = fc.oneof(
      fc.constantFrom('__proto__', '../x', '/etc/x', 'CON', 'a\0b', 'a', 'A', 'x'.repeat(300)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(names, fc.uint8Array({ maxLength: 50 }), async (name, bytes) => {
        await checkpoints.save(name, bytes);
        saved.set(name, bytes);
        for (const [known, expected] of saved) expect(await checkpoints.load(known)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('are null where never saved or saved under another key', async () => {
    const folder = newFolder();
    const checkpoints = new Checkpoints(folder, 'key');
    expect(await checkpoints.load('part')).toBeNull();
    await checkpoints.save('part', new Uint8Array([1, 10, 2]));
    expect(await new Checkpoints(folder, 'other').load('part')).toBeNull();
    expect(await new Checkpoints(folder, 'key').load('part')).toEqual(new Uint8Array([1, 10, 2]));
  });

  it('are null where the file is cut, altered anywhere, longer, or another name’s', async () => {
    const folder = newFolder();
    const checkpoints = new Checkpoints(folder, 'key');
    await checkpoints.save('part', new Uint8Array([1, 2, 3]));
    const path = join(folder, readdirSync(folder)[0]);
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(path, whole.subarray(0, at));
      expect(await checkpoints.load('part'), `cut at ${at}`).toBeNull();
      const altered = Buffer.from(whole);
      altered[at] ^= 1;
      writeFileSync(path, altered);
      expect(await checkpoints.load('part'), `altered at ${at}`).toBeNull();
    }
    writeFileSync(path, Buffer.concat([whole, Buffer.from('x')]));
    expect(await checkpoints.load('part')).toBeNull();
    await checkpoints.save('twin', new Uint8Array([1, 2, 3]));
    const twin = readdirSync(folder).find((name) => join(folder, name) !== path)!;
    writeFileSync(path, readFileSync(join(folder, twin)));
    expect(await checkpoints.load('part')).toBeNull();
    rmSync(path);
    mkdirSync(path);
    expect(await checkpoints.load('part')).toBeNull();
  });

  it('are cleared whatever their key, and nothing else in the folder is', async () => {
    const folder = newFolder();
    await new Checkpoints(folder, 'old').clear();
    await new Checkpoints(folder, 'old').save('a', new Uint8Array(3));
    await new Checkpoints(folder, 'new').save('b', new Uint8Array(3));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    await new Checkpoints(folder, 'new').clear();
    expect(readdirSync(folder)).toEqual(['notes.txt']);
    rmSync(join(folder, 'notes.txt'));
    await new Checkpoints(folder, 'new').clear();
    expect(existsSync(folder)).toBe(false);
  });

  it('that cannot be saved are an error', async () => {
    const folder = newFolder();
    writeFileSync(folder, 'a file');
    await expect(new Checkpoints(folder, 'key').save('part', new Uint8Array(1))).rejects.toMatchObject({
      code: 'io',
    });
  });
});
