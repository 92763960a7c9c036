import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/io/atomic.js';
import { RunFolder, stageKey } from '../../src/run/run-folder.js';
import type { StageOutputs } from '../../src/run/stage-outputs.js';
import { contents, ended, scratchFolder, start } from './helpers.js';

const scratch = scratchFolder();
const HEADER = { seed: 1, options: { folds: 5 }, inputs: [], version: '0.1.0' };
const COMMAND = { command: 'test' };
let folders = 0;

const newPath = () => join(scratch, `run-${folders++}`);

/** A run with one stage, 'made', of two files under key 'k'. */
async function madeRun(path = newPath()): Promise<RunFolder> {
  const run = await RunFolder.create(path, COMMAND);
  await run.setHeader(HEADER);
  expect(await run.stage('made', 'k', writes({ 'a.txt': 'A', 'deep/b.txt': 'BB' }))).toBe('done');
  return run;
}

function writes(files: Record<string, string>): (out: StageOutputs) => Promise<void> {
  return async (out) => {
    for (const [path, text] of Object.entries(files)) await writeFileAtomic(out.file(path), text);
  };
}

/** Whether any user of a POSIX system can reach a folder: root plays an ordinary user below. */
function isOpenToAll(folder: string): boolean {
  if (process.platform === 'win32') return false;
  const parent = dirname(folder);
  return (statSync(folder).mode & 0o001) !== 0 && (parent === folder || isOpenToAll(parent));
}

const notDone = async (): Promise<void> => {
  throw new Error('work was done again');
};

describe('stage', () => {
  it('is kept while its key and its outputs are the same, in this process and the next', async () => {
    const run = await madeRun();
    expect(await run.stage('made', 'k', notDone)).toBe('kept');
    await run.close();
    const again = await RunFolder.create(run.path, COMMAND);
    expect(await again.stage('made', 'k', notDone)).toBe('kept');
    await again.close();
  });

  it.each<[string, (run: RunFolder) => void]>([
    ['altered in one byte', (run) => writeFileSync(run.file('deep/b.txt'), 'BC')],
    ['longer', (run) => appendFileSync(run.file('a.txt'), 'x')],
    ['gone', (run) => rmSync(run.file('a.txt'))],
    ['gone with its folder', (run) => rmSync(run.file('deep'), { recursive: true })],
    [
      'a folder now',
      (run) => {
        rmSync(run.file('a.txt'));
        mkdirSync(run.file('a.txt'));
      },
    ],
  ])('is done again where an output is %s', async (_, spoil) => {
    const run = await madeRun();
    spoil(run);
    await expect(run.stage('made', 'k', notDone)).rejects.toThrow('work was done again');
    await run.close();
  });

  it('is done again under another key or by force', async () => {
    const run = await madeRun();
    expect(await run.stage('made', 'other', writes({ 'a.txt': 'new' }))).toBe('done');
    expect(await run.stage('made', 'other', writes({ 'a.txt': 'newer' }), { force: true })).toBe('done');
    expect(readFileSync(run.file('a.txt'), 'utf8')).toBe('newer');
    await run.close();
  });

  it('deletes what only its earlier record names, and leaves the files of others', async () => {
    const run = await madeRun();
    await run.stage('also', 'k', writes({ 'a.txt': 'A' }));
    await run.stage('made', 'k2', writes({ 'c.txt': 'C' }));
    expect(Object.keys(contents(run.path)).sort()).toEqual(['.lock', 'a.txt', 'c.txt', 'run.json']);
    expect(Object.keys(run.manifest.stages).sort()).toEqual(['also', 'made']);
    await run.close();
  });

  it('that fails leaves run.json and earlier outputs byte for byte', async () => {
    const run = await madeRun();
    const before = contents(run.path);
    await expect(run.stage('made', 'k2', notDone)).rejects.toThrow('work was done again');
    expect(contents(run.path)).toEqual(before);
    await run.close();
  });

  it('keeps its checkpoints over a failure, and drops them when done or forced', async () => {
    const run = await madeRun();
    const seen: (string | null)[] = [];
    const attempt = (fail: boolean, force = false) =>
      run.stage(
        'slow',
        'k',
        async ({ checkpoints }) => {
          const part = await checkpoints.load('part');
          seen.push(part === null ? null : Buffer.from(part).toString());
          await checkpoints.save('part', Buffer.from('half'));
          if (fail) throw new Error('interrupted');
        },
        { force },
      );
    await expect(attempt(true)).rejects.toThrow('interrupted');
    await expect(attempt(true)).rejects.toThrow('interrupted');
    await expect(attempt(true, true)).rejects.toThrow('interrupted');
    await attempt(false);
    await attempt(false, true);
    expect(seen).toEqual([null, 'half', null, 'half', null]);
    await run.close();
    expect(existsSync(run.file('.checkpoints'))).toBe(false);
  });

  it('is current while it would be kept', async () => {
    const run = await madeRun();
    expect(await run.isCurrent('made', 'k')).toBe(true);
    expect(await run.isCurrent('made', 'other')).toBe(false);
    expect(await run.isCurrent('toString', 'k')).toBe(false);
    writeFileSync(run.file('a.txt'), 'B');
    expect(await run.isCurrent('made', 'k')).toBe(false);
    await run.close();
  });

  it('that is no longer wanted is forgotten, with the files that only it names', async () => {
    const run = await madeRun();
    await run.stage('also', 'k', writes({ 'a.txt': 'A' }));
    const before = contents(run.path);
    await run.keepStages(() => true);
    expect(contents(run.path)).toEqual(before);
    await run.keepStages((name) => name !== 'made');
    expect(Object.keys(run.manifest.stages)).toEqual(['also']);
    expect(Object.keys(contents(run.path)).sort()).toEqual(['.lock', 'a.txt', 'run.json']);
    await run.close();
    expect((await RunFolder.open(run.path)).manifest).toEqual(run.manifest);
  });

  it('may run beside another one', async () => {
    const run = await madeRun();
    const names = ['__proto__', 'constructor', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => run.stage(name, name, writes({ [`${name}.txt`]: name }))));
    await run.close();
    const { manifest } = await RunFolder.open(run.path);
    expect(Object.keys(manifest.stages).sort()).toEqual([...names, 'made'].sort());
    expect(new Map(Object.entries(manifest.stages)).get('__proto__')?.key).toBe('__proto__');
  });

  it('must write what it says, inside the folder', async () => {
    const run = await madeRun();
    const says = (path: string) => run.stage('liar', 'k', async (out) => void out.file(path));
    await expect(says('nothing.txt')).rejects.toMatchObject({ code: 'internal' });
    await expect(says('run.json')).rejects.toMatchObject({ code: 'internal' });
    await expect(says('deep')).rejects.toMatchObject({ code: 'internal' });
    await expect(says('../elsewhere')).rejects.toMatchObject({ code: 'io' });
    expect(Object.keys(run.manifest.stages)).toEqual(['made']);
    await run.close();
  });
});

describe('file', () => {
  it('refuses to leave the folder, by text or by link', async () => {
    const run = await madeRun();
    symlinkSync(scratch, join(run.path, 'out'));
    symlinkSync(join(run.path, 'deep'), join(run.path, 'in'));
    for (const parts of [
      ['..'],
      ['..', 'x'],
      ['a/../../x'],
      ['/etc/x'],
      ['a\0'],
      ['out'],
      ['out', 'new/x'],
    ]) {
      expect(() => run.file(...parts), parts.join('/')).toThrow(
        expect.objectContaining({ code: 'io', message: expect.stringContaining('leads out of') }),
      );
    }
    expect(run.file('models', '..', '..x')).toBe(join(run.path, '..x'));
    expect(run.file('in', 'b.txt')).toBe(join(run.path, 'in/b.txt'));
    expect(run.file('__proto__', 'new')).toBe(join(run.path, '__proto__/new'));
    await run.close();
  });
});

describe('create and open', () => {
  it('writes the same run.json for the same run, without clocks, places or threads', async () => {
    const runs = [await madeRun(), await madeRun()];
    const texts = runs.map((run) => readFileSync(run.file('run.json'), 'utf8'));
    for (const run of runs) await run.close();
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toContain(scratch);
    expect(JSON.parse(texts[0])).toEqual({
      schema: 2,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      tool: { name: 'esci-select', version: '0.1.0' },
      seed: 1,
      options: { folds: 5 },
      inputs: [],
      stages: {
        made: {
          key: 'k',
          outputs: [
            {
              path: 'a.txt',
              bytes: 1,
              sha256: '559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd',
            },
            {
              path: 'deep/b.txt',
              bytes: 2,
              sha256: 'fc686c314491e1f68bf1899fc54b2327353c44dd1ab4ed56538ef623edd1e866',
            },
          ],
        },
      },
    });
  });

  it('keeps stages when the header changes', async () => {
    const run = await madeRun();
    await run.setHeader({ ...HEADER, seed: 2, options: { folds: 3 } });
    expect(run.manifest).toMatchObject({ seed: 2, options: { folds: 3 } });
    expect(await run.stage('made', 'k', notDone)).toBe('kept');
    await run.close();
  });

  it('opens a run for reading beside its writer, and refuses to write then', async () => {
    const run = await madeRun();
    const reader = await RunFolder.open(run.path);
    expect(reader.manifest).toEqual(run.manifest);
    await expect(reader.stage('made', 'k', notDone)).rejects.toMatchObject({ code: 'internal' });
    await expect(reader.setHeader(HEADER)).rejects.toMatchObject({ code: 'internal' });
    await reader.close();
    expect(existsSync(join(run.path, '.lock'))).toBe(true);
    await run.close();
    await expect(run.stage('made', 'k', notDone)).rejects.toMatchObject({ code: 'internal' });
  });

  it('says how to make a run where there is none', async () => {
    const path = newPath();
    await expect(RunFolder.open(path)).rejects.toMatchObject({
      code: 'usage',
      hint: `make one with: esci-select train --run ${path}`,
    });
    expect(existsSync(path)).toBe(false);
    const run = await RunFolder.create(path, COMMAND);
    expect(run.begun).toBe(false);
    expect(() => run.manifest).toThrow(expect.objectContaining({ code: 'usage' }));
    await expect(run.stage('made', 'k', notDone)).rejects.toMatchObject({ code: 'usage' });
    await run.close();
  });

  it('does not start over a run it cannot understand, unless forced', async () => {
    const run = await madeRun();
    await run.close();
    writeFileSync(run.file('run.json'), '{"schema": 1,');
    await expect(RunFolder.create(run.path, COMMAND)).rejects.toMatchObject({ code: 'data' });
    expect(existsSync(join(run.path, '.lock'))).toBe(false);
    const forced = await RunFolder.create(run.path, { ...COMMAND, force: true });
    expect(forced.begun).toBe(false);
    await forced.close();
  });

  it('clears away what killed processes left half-written, and nothing else', async () => {
    const run = await madeRun();
    await run.close();
    writeFileSync(run.file('deep/.b.txt.tmp-4-0'), 'half');
    writeFileSync(run.file('.run.json.tmp-4-1'), 'half');
    writeFileSync(run.file('.lock.0123456789abcdef'), 'a right to replace a lock that is gone');
    writeFileSync(run.file(`.writable.tmp-${process.ppid}-0`), 'a living process is testing the folder');
    writeFileSync(run.file('notes.tmp-4-0'), 'mine');
    await (await RunFolder.create(run.path, COMMAND)).close();
    expect(Object.keys(contents(run.path)).sort()).toEqual(
      [`.writable.tmp-${process.ppid}-0`, 'a.txt', 'deep/b.txt', 'notes.tmp-4-0', 'run.json'].sort(),
    );
  });

  it('does not search a folder that holds no run', async () => {
    const path = newPath();
    mkdirSync(join(path, 'mine'), { recursive: true });
    writeFileSync(join(path, 'mine/.x.tmp-4-0'), 'not ours');
    await (await RunFolder.create(path, COMMAND)).close();
    expect(contents(path)).toEqual({ 'mine/.x.tmp-4-0': 'not ours' });
  });

  it('fails before any work where a file is in the place of the folder', async () => {
    const path = newPath();
    writeFileSync(path, 'a file');
    await expect(RunFolder.create(path, COMMAND)).rejects.toMatchObject({ code: 'io' });
    await expect(RunFolder.create(join(path, 'below'), COMMAND)).rejects.toMatchObject({ code: 'io' });
    expect(readFileSync(path, 'utf8')).toBe('a file');
  });

  it.skipIf(!isOpenToAll(tmpdir()))(
    'fails before any work in a read-only folder, which can still be read (POSIX, public temporary folder)',
    async () => {
      const run = await madeRun();
      await run.close();
      chmodSync(scratch, 0o755);
      chmodSync(run.path, 0o555);
      const before = contents(run.path);
      const { code, output } = await ended(start('read-only.mjs', run.path));
      chmodSync(run.path, 0o755);
      expect(code).toBe(0);
      expect(JSON.parse(output)).toEqual(['io', 'cannot write: permission to write is denied', 1]);
      expect(contents(run.path)).toEqual(before);
    },
  );
});

describe('stageKey', () => {
  it('depends on values and their places, not on the order of keys', () => {
    expect(stageKey({ a: 1, b: 2 }, 'x')).toBe(stageKey({ b: 2, a: 1 }, 'x'));
    const keys = [stageKey('a', 'b'), stageKey('ab'), stageKey('b', 'a'), stageKey(['a', 'b']), stageKey()];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
