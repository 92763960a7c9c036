import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src/io/atomic.js';
import { formatManifest, withStage } from '../../src/run/manifest.js';
import { describeOutputs } from '../../src/run/outputs.js';
import { RunFolder } from '../../src/run/run-folder.js';
import { contents, scratchFolder } from './helpers.js';

const scratch = scratchFolder();
const HEADER = { seed: 1, options: {}, inputs: [], version: '0.1.0' };
const HINT = 'make it again';
const NEW = { 'a.txt': 'new a', 'b/c.txt': 'new c', 'd.txt': 'new d' };
let folders = 0;

const write = async (run: RunFolder, files: Record<string, string>, key: string) =>
  run.stage('made', key, async (out) => {
    for (const [path, text] of Object.entries(files)) await writeFileAtomic(out.file(path), text);
  });

/** A run of one stage with old files. */
async function oldRun(): Promise<string> {
  const path = join(scratch, `run-${folders++}`);
  const run = await RunFolder.create(path, { command: 'test' });
  await run.setHeader(HEADER);
  await write(run, { 'a.txt': 'old a', 'b/c.txt': 'old c' }, 'old');
  await run.close();
  return path;
}

/** The same after a kill in the middle of replacing them: the first `moved` of the new files are in place. */
async function killedRun(moved: number): Promise<string> {
  const path = await oldRun();
  const { manifest } = await RunFolder.open(path);
  const staging = '.staging/made';
  for (const [name, text] of Object.entries(NEW)) {
    mkdirSync(join(path, staging, 'b'), { recursive: true });
    writeFileSync(join(path, staging, name), text);
  }
  const files = Object.keys(NEW);
  const outputs = await describeOutputs(join(path, staging), files);
  const next = withStage(manifest, 'made', { key: 'new', outputs });
  writeFileSync(
    join(path, '.commit.json'),
    JSON.stringify({ staging, files, manifest: formatManifest(next) }),
  );
  for (const name of files.slice(0, moved)) renameSync(join(path, staging, name), join(path, name));
  return path;
}

const filesOf = (path: string) =>
  Object.fromEntries(Object.entries(contents(path)).filter(([name]) => name !== 'run.json'));

describe('a stage killed while its files replace earlier ones', () => {
  it.each([0, 1, 2, 3])('is finished by the next writer where %d of 3 files were moved', async (moved) => {
    const path = await killedRun(moved);
    const run = await RunFolder.create(path, { command: 'test' });
    expect(await run.isCurrent('made', 'new')).toBe(true);
    await run.close();
    expect(filesOf(path)).toEqual(NEW);
    expect(JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')).stages.made.key).toBe('new');
  });

  it.each([0, 1, 2, 3])('is finished by the next reader where %d of 3 files were moved', async (moved) => {
    const path = await killedRun(moved);
    const run = await RunFolder.open(path);
    for (const [name, text] of Object.entries(NEW)) {
      expect(readFileSync((await run.verified(name, HINT))!, 'utf8')).toBe(text);
    }
    expect(filesOf(path)).toEqual(NEW);
  });

  it('is read through where another process has the folder', async () => {
    const path = await killedRun(1);
    const text = { schema: 1, pid: process.pid, host: 'elsewhere', command: 'rank', id: '0' };
    writeFileSync(join(path, '.lock'), JSON.stringify(text));
    const run = await RunFolder.open(path);
    for (const [name, content] of Object.entries(NEW)) {
      expect(readFileSync((await run.verified(name, HINT))!, 'utf8')).toBe(content);
    }
    expect(existsSync(join(path, '.commit.json'))).toBe(true);
  });

  it('is not read through where a file of it was changed meanwhile', async () => {
    const path = await killedRun(1);
    const text = { schema: 1, pid: process.pid, host: 'elsewhere', command: 'rank', id: '0' };
    writeFileSync(join(path, '.lock'), JSON.stringify(text));
    const staged = join(path, '.staging/made/d.txt');
    writeFileSync(staged, 'other');
    const run = await RunFolder.open(path);
    await expect(run.verified('d.txt', HINT)).rejects.toMatchObject({
      code: 'data',
      path: staged,
      hint: HINT,
    });
  });

  it('is refused where the record of it is damaged, and forgotten by force', async () => {
    const path = await killedRun(0);
    writeFileSync(join(path, '.commit.json'), '{"staging": "../..", "files": [], "manifest": "{}"}');
    await expect(RunFolder.open(path)).rejects.toMatchObject({ code: 'data' });
    await expect(RunFolder.create(path, { command: 'test' })).rejects.toMatchObject({ code: 'data' });
    const run = await RunFolder.create(path, { command: 'test', force: true });
    expect(await run.isCurrent('made', 'old')).toBe(true);
    await run.close();
  });
});

describe('a stage that fails', () => {
  it('leaves the earlier files, and nothing of its own', async () => {
    const path = await oldRun();
    const before = contents(path);
    const run = await RunFolder.create(path, { command: 'test' });
    const failing = run.stage('made', 'new', async (out) => {
      await writeFileAtomic(out.file('a.txt'), 'new a');
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    await run.close();
    expect(contents(path)).toEqual(before);
  });
});

describe('verified', () => {
  it('is null for a file that no stage wrote, and the path for one that is as it was written', async () => {
    const run = await RunFolder.open(await oldRun());
    expect(await run.verified('other.txt', HINT)).toBe(null);
    expect(await run.verified('a.txt', HINT)).toBe(join(run.path, 'a.txt'));
  });

  it.each(['old b', '', 'old a and more'])('refuses a file that now holds %j', async (text) => {
    const path = await oldRun();
    chmodSync(join(path, 'a.txt'), 0o644);
    writeFileSync(join(path, 'a.txt'), text);
    const refused = (await RunFolder.open(path)).verified('a.txt', HINT);
    await expect(refused).rejects.toMatchObject({ code: 'data', path: join(path, 'a.txt'), hint: HINT });
  });

  it('takes the file of a later stage that replaced an earlier one', async () => {
    const run = await RunFolder.create(await oldRun(), { command: 'test' });
    await run.stage('later', 'k', async (out) => writeFileAtomic(out.file('a.txt'), 'later a'));
    await run.close();
    const reader = await RunFolder.open(run.path);
    expect(readFileSync((await reader.verified('a.txt', HINT))!, 'utf8')).toBe('later a');
  });
});
