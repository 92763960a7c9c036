import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { workerModule } from '../../src/threads/pool.js';

const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'esci-module-'))), 'a #1 src?');
mkdirSync(join(root, 'dist/deep'), { recursive: true });
writeFileSync(join(root, 'dist/deep/work.worker.js'), '');
afterAll(() => rmSync(join(root, '..'), { recursive: true }));

const urlOf = (path: string) => pathToFileURL(join(root, path)).href;

describe('workerModule', () => {
  it('is the file beside a compiled caller', () => {
    const found = workerModule(urlOf('dist/deep/caller.js'), 'work.worker');
    expect(fileURLToPath(found)).toBe(join(root, 'dist/deep/work.worker.js'));
  });

  it('is the compiled file for a source', () => {
    const found = workerModule(`${urlOf('src/deep/caller.ts')}?t=1`, 'work.worker');
    expect(fileURLToPath(found)).toBe(join(root, 'dist/deep/work.worker.js'));
  });

  it('finds our own', () => {
    const caller = new URL('../../src/threads/pool.ts', import.meta.url).href;
    expect(existsSync(workerModule(caller, 'pool.worker'))).toBe(true);
  });

  it('says what to do where it is not built', () => {
    expect(() => workerModule(urlOf('src/deep/caller.ts'), 'other')).toThrow(
      expect.objectContaining({
        code: 'internal',
        path: join(root, 'dist/deep/other.js'),
        hint: 'run npm run build',
      }),
    );
  });
});
