import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  AtomicFile,
  ensureWritableFolder,
  safeFileName,
  writeFileAtomic,
  writeThroughTemporary,
} from '../../src/io/atomic.js';
import { failureOf, namesIn, temporaryFolder } from './helpers.js';

async function handlePrototype(): Promise<FileHandle> {
  const handle = await open(join(temporaryFolder(), 'any'), 'w');
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}

/** Makes a method of every file handle fail with a system error code until the test ends. */
async function failing(method: 'write' | 'sync', code: string): Promise<void> {
  vi.spyOn(await handlePrototype(), method).mockRejectedValue(Object.assign(new Error(code), { code }));
}

afterEach(() => vi.restoreAllMocks());

describe('writeFileAtomic', () => {
  it('creates parent folders, replaces content and leaves no temporary file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a', 'b', 'out.txt');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, 'new é');
    expect(readFileSync(path, 'utf8')).toBe('new é');
    expect(namesIn(join(folder, 'a', 'b'))).toEqual(['out.txt']);
  });

  for (const [method, code, words] of [
    ['write', 'ENOSPC', 'no space'],
    ['write', 'EDQUOT', 'quota'],
    ['sync', 'ENOSPC', 'no space'],
    ['sync', 'EROFS', 'read-only'],
  ] as const) {
    it(`leaves the old file and no temporary when ${method} fails with ${code}`, async () => {
      const folder = temporaryFolder();
      const path = join(folder, 'out.txt');
      writeFileSync(path, 'old');
      await failing(method, code);
      const error = await failureOf(writeFileAtomic(path, 'new'), 'io');
      expect(error.message).toContain(words);
      expect(error.path).toBe(path);
      expect(error.hint).toMatch(/disk|folder/);
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(namesIn(folder)).toEqual(['out.txt']);
    });
  }

  it('refuses a link out of its folder, follows none, and replaces a link within it', async () => {
    const folder = temporaryFolder();
    const outside = join(temporaryFolder(), 'victim');
    writeFileSync(outside, 'precious');
    symlinkSync(outside, join(folder, 'out'));
    symlinkSync(join('..', 'nowhere', 'x'), join(folder, 'dangling'));
    writeFileSync(join(folder, 'target'), 'same folder');
    symlinkSync('target', join(folder, 'inside'));
    const error = await failureOf(writeFileAtomic(join(folder, 'out'), 'new'), 'io');
    expect(error.message).toContain('symbolic link');
    await failureOf(writeFileAtomic(join(folder, 'dangling'), 'new'), 'io');
    await writeFileAtomic(join(folder, 'inside'), 'new');
    expect(readFileSync(outside, 'utf8')).toBe('precious');
    expect(readFileSync(join(folder, 'inside'), 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('same folder');
    expect(namesIn(folder)).toEqual(['dangling', 'inside', 'out', 'target']);
  });

  it('says that a folder is in the way, and that a file is in the place of a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    expect((await failureOf(writeFileAtomic(join(folder, 'sub'), ''), 'io')).message).toContain('folder');
    const error = await failureOf(writeFileAtomic(join(folder, 'file', 'x'), ''), 'io');
    expect(error.message).toMatch(/file.*folder/);
  });

  it('writes names of the greatest length', async () => {
    const folder = temporaryFolder();
    await writeFileAtomic(join(folder, 'n'.repeat(255)), 'x');
    expect(namesIn(folder)).toEqual(['n'.repeat(255)]);
  });
});

describe('AtomicFile', () => {
  it('shows nothing before commit and nothing after abort', async () => {
    const folder = temporaryFolder();
    const file = await AtomicFile.open(join(folder, 'out'));
    await file.write('one ');
    await file.write(Buffer.from('two'));
    expect(namesIn(folder)).not.toContain('out');
    await file.commit();
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('one two');
    const other = await AtomicFile.open(join(folder, 'out'));
    await other.write('three');
    await other.abort();
    await other.abort();
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('one two');
    expect(namesIn(folder)).toEqual(['out']);
    await failureOf(other.write('late'), 'internal');
  });

  it('reports a failing close, with the old file unchanged and the temporary gone', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'out'), 'old');
    const file = await AtomicFile.open(join(folder, 'out'));
    await file.write('new');
    const prototype = await handlePrototype();
    const { sync } = prototype;
    vi.spyOn(prototype, 'sync').mockImplementationOnce(async function (this: FileHandle) {
      const { close } = this;
      vi.spyOn(this, 'close').mockImplementationOnce(async () => {
        await close();
        throw Object.assign(new Error('late'), { code: 'ENOSPC' });
      });
      await sync.call(this);
    });
    expect((await failureOf(file.commit(), 'io')).message).toContain('no space');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('old');
    expect(namesIn(folder)).toEqual(['out']);
  });

  it('refuses a link out of its folder that was laid while it wrote', async () => {
    const folder = temporaryFolder();
    const outside = join(temporaryFolder(), 'victim');
    writeFileSync(outside, 'precious');
    const file = await AtomicFile.open(join(folder, 'out'));
    await file.write('new');
    symlinkSync(outside, join(folder, 'out'));
    expect((await failureOf(file.commit(), 'io')).message).toContain('symbolic link');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('precious');
    expect(namesIn(folder)).toEqual(['out']);
  });

  it('lets two writers of one path each write a whole file', async () => {
    const path = join(temporaryFolder(), 'out');
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(100_000));
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    expect(contents).toContain(readFileSync(path, 'utf8'));
  });
});

describe('writeThroughTemporary', () => {
  it('removes what a failing writer left', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'out');
    const write = async (temporary: string) => {
      writeFileSync(temporary, 'half');
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    const error = await failureOf(writeThroughTemporary(path, write), 'io');
    expect(error.message).toContain('no space');
    expect(namesIn(folder)).toEqual([]);
  });

  it('refuses a link out of its folder that the other program laid', async () => {
    const folder = temporaryFolder();
    const outside = join(temporaryFolder(), 'victim');
    writeFileSync(outside, 'precious');
    const write = async (temporary: string) => {
      writeFileSync(temporary, 'new');
      symlinkSync(outside, join(folder, 'out'));
    };
    const error = await failureOf(writeThroughTemporary(join(folder, 'out'), write), 'io');
    expect(error.message).toContain('symbolic link');
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('precious');
    expect(namesIn(folder)).toEqual(['out']);
  });
});

describe('ensureWritableFolder', () => {
  it('creates the folder and leaves nothing in it', async () => {
    const folder = join(temporaryFolder(), 'x', 'y');
    await ensureWritableFolder(folder);
    expect(namesIn(folder)).toEqual([]);
  });

  it('throws where a file cannot be made', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await failureOf(ensureWritableFolder(join(folder, 'file')), 'io');
    await failureOf(ensureWritableFolder(join(folder, 'file', 'x')), 'io');
  });
});

describe('safeFileName', () => {
  it('keeps plain names and marks all others', () => {
    expect(safeFileName('deberta-v3_base.2')).toBe('deberta-v3_base.2');
    expect(safeFileName('BERT')).toMatch(/^bert-[0-9a-f]{8}$/);
    expect(safeFileName('../x')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(safeFileName('/etc/x')).toMatch(/^etc-x-[0-9a-f]{8}$/);
    expect(safeFileName('.hidden')).toMatch(/^hidden-[0-9a-f]{8}$/);
    expect(safeFileName('')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(safeFileName('日本')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(safeFileName('a\0b')).toMatch(/^a-b-[0-9a-f]{8}$/);
    for (const name of ['con', 'nul.txt', 'com1', 'lpt9', 'CON', 'aux']) {
      expect(safeFileName(name)).toMatch(/^x-.*-[0-9a-f]{8}$/);
    }
    expect(safeFileName('__proto__')).toBe('__proto__');
  });

  it('does not let a name take the marked name of another', () => {
    const marked = safeFileName('BERT');
    expect(safeFileName(marked)).not.toBe(marked);
  });

  it('gives different, legal, short names to different names', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^[aAbB./ -]{0,4}$/),
      fc.stringMatching(/^[a-c]{50,70}$/),
    );
    fc.assert(
      fc.property(name, name, (a, b) => {
        const [first, second] = [safeFileName(a), safeFileName(b)];
        expect(first).toMatch(/^[a-z0-9_][a-z0-9._-]{0,59}$/);
        expect(first.endsWith('.')).toBe(false);
        if (a !== b) expect(first).not.toBe(second);
      }),
    );
  });
});
