import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const { differences } = (await import('../../scripts/folders.mjs' as string)) as {
  differences: (expected: string, made: string) => string[];
};

const folder = mkdtempSync(join(tmpdir(), 'esci-folders-'));
afterAll(() => rmSync(folder, { recursive: true }));

function folderOf(name: string, files: Record<string, string | Uint8Array>): string {
  const path = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

describe('the check of the committed example', () => {
  const committed = folderOf('committed', {
    'a.md': 'one\ntwo\n',
    'charts/b.svg': '<svg/>',
    'c.bin': Uint8Array.of(0, 255),
  });

  it('passes equal bytes only', () => {
    const equal = folderOf('equal', {
      'a.md': 'one\ntwo\n',
      'charts/b.svg': '<svg/>',
      'c.bin': Uint8Array.of(0, 255),
    });
    expect(differences(committed, equal)).toEqual([]);
  });

  it('names a byte that differs, a file that is new and one that is gone', () => {
    const made = folderOf('made', { 'a.md': 'one\ntwO\n', 'new.csv': '', 'c.bin': Uint8Array.of(0, 254) });
    expect(differences(committed, made)).toEqual([
      'charts/b.svg: is no longer made',
      "a.md: line 2 is 'twO', expected 'two'",
      expect.stringMatching(/^c\.bin: /),
      'new.csv: is new',
    ]);
    const shorter = folderOf('shorter', {
      'a.md': 'one\ntwo',
      'charts/b.svg': '<svg/>',
      'c.bin': Uint8Array.of(0, 255),
    });
    expect(differences(committed, shorter)).toHaveLength(1);
  });
});
