import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const mounted: string[] = [];

afterAll(() => {
  for (const folder of mounted.splice(0)) {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A file system in memory, or null where this user may not mount one. */
function mount(options: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'esci-disk-'));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  mounted.push(folder);
  return folder;
}

/** A folder on a file system mounted read-only; null where none can be had. */
export function readOnlyFolder(): string | null {
  return mount('ro,size=100k');
}

/**
 * Copies a run onto a small disk that then has so many kB free, for `use`; null where none can be had.
 */
export function onSmallDisk<Result>(
  run: string,
  freeKb: number,
  use: (folder: string) => Result,
): Result | null {
  const disk = mount('size=32m');
  if (disk === null) return null;
  const folder = join(disk, 'run');
  cpSync(run, folder, { recursive: true });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - freeKb * 1024));
  return use(folder);
}
