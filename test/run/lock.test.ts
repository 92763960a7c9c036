import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCode } from '../../src/errors.js';
import { Lock, replaceDead } from '../../src/run/lock.js';
import { processStart } from '../../src/run/process.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { contents, ended, firstOutput, scratchFolder, start } from './helpers.js';

const scratch = scratchFolder();
let folders = 0;

function newFolder(): string {
  const folder = join(scratch, `folder-${folders++}`);
  mkdirSync(folder);
  return folder;
}

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

function leaveLock(folder: string, fields: object, name = '.lock'): void {
  const holder = { pid: deadPid(), host: hostname(), started: null, command: 'old', nonce: 'a'.repeat(16) };
  writeFileSync(join(folder, name), JSON.stringify({ ...holder, ...fields }));
}

describe('lock of a run folder', () => {
  it('lets one process in, and tells the second who it is', async () => {
    const folder = newFolder();
    const holder = start('hold.mjs', folder, 'close');
    const end = ended(holder);
    await firstOutput(holder);
    const error = await RunFolder.create(folder, { command: 'second' }).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'io',
      message: `folder is in use by process ${holder.pid}, running 'hold --fast'`,
      hint: expect.stringContaining('--run'),
    });
    expect(exitCode(error)).toBe(5);
    holder.stdin!.end();
    expect((await end).code).toBe(0);
    await (await RunFolder.create(folder, { command: 'third' })).close();
    expect(contents(folder)).toEqual({});
  });

  it('is given back by a process that exits without closing', async () => {
    const folder = newFolder();
    const holder = start('hold.mjs', folder, 'exit');
    const end = ended(holder);
    await firstOutput(holder);
    expect(existsSync(join(folder, '.lock'))).toBe(true);
    holder.stdin!.end();
    expect((await end).code).toBe(0);
    expect(contents(folder)).toEqual({});
  });

  it('is recovered from a process that was killed', async () => {
    const folder = newFolder();
    const holder = start('hold.mjs', folder, 'close');
    const end = ended(holder);
    await firstOutput(holder);
    holder.kill('SIGKILL');
    await end;
    expect(existsSync(join(folder, '.lock'))).toBe(true);
    const run = await RunFolder.create(folder, { command: 'next' });
    expect(JSON.parse(readFileSync(join(folder, '.lock'), 'utf8'))).toMatchObject({ pid: process.pid });
    await run.close();
    expect(contents(folder)).toEqual({});
  });

  it('is refused within one process, too', async () => {
    const path = join(newFolder(), '.lock');
    const lock = await Lock.take(path, 'first');
    await expect(Lock.take(path, 'second')).rejects.toThrow(`process ${process.pid}, running 'first'`);
    await lock.release();
    await (await Lock.take(path, 'third')).release();
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(processStart(process.pid) === null)(
    'is recovered where its process id now belongs to another process (needs /proc)',
    async () => {
      const folder = newFolder();
      leaveLock(folder, { pid: process.pid, started: 'an earlier boot 42' });
      await (await Lock.take(join(folder, '.lock'), 'next')).release();
      leaveLock(folder, { pid: process.pid, started: processStart(process.pid) });
      await expect(Lock.take(join(folder, '.lock'), 'next')).rejects.toThrow('in use');
    },
  );

  it('of another host counts as held, and says how to remove it', async () => {
    const folder = newFolder();
    leaveLock(folder, { host: `not-${hostname()}` });
    await expect(Lock.take(join(folder, '.lock'), 'next')).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining(`on host 'not-${hostname()}'`),
      hint: expect.stringContaining('delete this file'),
    });
  });

  it.each(['', 'null', '{"pid":1}', '{"pid":-1,"host":"h","nonce":"aaaaaaaaaaaaaaaa"}'])(
    'that names no holder is refused with its path: %s',
    async (text) => {
      const path = join(newFolder(), '.lock');
      writeFileSync(path, text);
      await expect(Lock.take(path, 'next')).rejects.toMatchObject({ code: 'io', path });
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('is recovered where the process that was recovering it died as well', async () => {
    const folder = newFolder();
    const right = `.lock.${'a'.repeat(16)}`;
    leaveLock(folder, {});
    leaveLock(folder, { nonce: 'b'.repeat(16) }, right);
    leaveLock(folder, { nonce: 'c'.repeat(16) }, `${right}.${'b'.repeat(16)}`);
    await (await RunFolder.create(folder, { command: 'next' })).close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken from a process that is recovering it', async () => {
    const folder = newFolder();
    leaveLock(folder, {});
    leaveLock(
      folder,
      { nonce: 'b'.repeat(16), pid: process.pid, command: 'rescuer' },
      `.lock.${'a'.repeat(16)}`,
    );
    await expect(Lock.take(join(folder, '.lock'), 'next')).rejects.toThrow("running 'rescuer'");
  });

  it('that was recovered and taken since the dead one was seen is not replaced', async () => {
    const folder = newFolder();
    const path = join(folder, '.lock');
    leaveLock(folder, {});
    const dead = { text: readFileSync(path, 'utf8'), nonce: 'a'.repeat(16) };
    const lock = await Lock.take(path, 'faster');
    const taken = readFileSync(path, 'utf8');
    const mine = join(folder, 'mine');
    writeFileSync(mine, 'slower');
    expect(await replaceDead(path, mine, dead)).toBe(false);
    expect(contents(folder)).toEqual({ '.lock': taken, mine: 'slower' });
    await lock.release();
    expect(await replaceDead(path, mine, dead)).toBe(false);
    expect(contents(folder)).toEqual({ mine: 'slower' });
    writeFileSync(path, dead.text);
    expect(await replaceDead(path, mine, dead)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('slower');
  });

  it('that another process has replaced is not removed on release', async () => {
    const folder = newFolder();
    const lock = await Lock.take(join(folder, '.lock'), 'first');
    leaveLock(folder, {});
    await lock.release();
    expect(existsSync(join(folder, '.lock'))).toBe(true);
  });

  it('is held by one process at a time while four fight for it and die with it', async () => {
    const folder = newFolder();
    leaveLock(folder, {});
    const fighters = Array.from({ length: 4 }, async (_, fighter) => {
      let counted = 0;
      for (let round = 0; round < 3; round++) {
        const deadly = round < 2 ? 4 + fighter : -1; // in two rounds of three it dies with the lock
        const { output, code, signal } = await ended(start('contend.mjs', folder, '12', String(deadly)));
        expect([code, signal]).toEqual(deadly < 0 ? [0, null] : [null, 'SIGKILL']);
        counted += output.length;
      }
      return counted;
    });
    const counted = await Promise.all(fighters);
    expect(counted).toEqual([22, 24, 26, 28]);
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('100');
    await (await RunFolder.create(folder, { command: 'last' })).close();
    expect(readdirSync(folder)).toEqual(['count']);
  });
});
